//! Near-duplicates as newsrooms make them, and what must not be taken for one.

mod properties;
mod relations;
mod remembered;
mod unproved;

use super::*;
use crate::message::{
    Article, DuplicateOf, Message as _, PageOutcome, Relation, TextSource, Timestamp,
};

const TITLE: &str = "Zwölf Verletzte bei Explosion in Chemielager bei Neustadt";
const AGENCY: &str = "Bei einer Explosion in einem Chemielager am Stadtrand von Neustadt sind am Montagabend \
zwölf Menschen verletzt worden, drei von ihnen schwer. Das teilte die Polizei in der Nacht mit. Nach Angaben \
der Feuerwehr war gegen 19.40 Uhr in einer Halle der Firma ein Behälter mit Lösungsmitteln in Brand geraten.\n\n\
Rund 150 Einsatzkräfte waren bis in die frühen Morgenstunden vor Ort. Anwohner im Umkreis von einem Kilometer \
wurden aufgefordert, Fenster und Türen geschlossen zu halten. Messungen ergaben den Angaben zufolge keine \
Gefahr für die Bevölkerung. Die Warnung wurde gegen drei Uhr aufgehoben.\n\n\
Die Ursache des Feuers war zunächst unklar. Die Staatsanwaltschaft leitete Ermittlungen ein. Der Sachschaden \
geht nach einer ersten Schätzung in die Millionen. Das Lager gehört zu einem Betrieb mit etwa 300 Beschäftigten, \
der Farben und Lacke herstellt. Ein Sprecher des Unternehmens sagte, man arbeite eng mit den Behörden zusammen.";
const ENGLISH: &str = "Twelve people were injured, three of them seriously, when an explosion hit a chemical \
warehouse on the outskirts of Neustadt on Monday evening, police said overnight. Firefighters said a container \
of solvents had caught fire in one of the halls at around 7.40 pm. About 150 emergency workers were on site \
until the early hours. Residents within a kilometre were told to keep windows and doors closed. The cause of \
the fire was initially unclear, and prosecutors have opened an investigation.";

fn at(hours: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + hours * 3_600)
}

fn article(id: &str, host: &str, hours: i64, title: &str, text: &str) -> Article {
    let url = format!("https://{host}/{id}");
    Article {
        schema: Article::SCHEMA.into(),
        id: id.into(),
        revision: 0,
        feed: "f-1".into(),
        entry: id.into(),
        outlet: host.into(),
        url: Some(url.clone()),
        canonical_url: Some(url),
        title: title.into(),
        summary: None,
        text: text.into(),
        text_source: TextSource::Page,
        page: PageOutcome::Read,
        truncated: false,
        lang: None,
        country: None,
        published: Some(at(hours)),
        modified: None,
        authors: Vec::new(),
        tags: Vec::new(),
    }
}

fn print(id: &str, host: &str, hours: i64, title: &str, text: &str) -> crate::message::Fingerprint {
    fingerprint(&article(id, host, hours, title, text), at(hours + 1))
}

/// The answer expected.
#[allow(clippy::unnecessary_wraps)] // reads like what it is compared with
fn of(article: &str, relation: Relation) -> Option<DuplicateOf> {
    Some(DuplicateOf { article: article.into(), relation })
}

fn index_of(prints: &[crate::message::Fingerprint]) -> Index {
    let mut index = Index::new(Settings { window_days: 7 });
    for print in prints {
        index.insert(print);
    }
    index
}

fn original() -> crate::message::Fingerprint {
    print("a-0", "agentur.example", 0, TITLE, AGENCY)
}

/// The first paragraphs.
fn head(text: &str, paragraphs: usize) -> String {
    text.split("\n\n").take(paragraphs).collect::<Vec<_>>().join("\n\n")
}
