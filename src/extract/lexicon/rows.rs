//! The shape of the lexicon files.

use crate::message::{Outcome, SpeechAct};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// Patterns as written, with their place in the file.
pub(crate) type Words = Vec<Spanned<String>>;

/// `taxonomy.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TaxonomyFile {
    pub(crate) replace: bool,
    #[serde(rename = "type")]
    pub(crate) types: Vec<TypeRow>,
    pub(crate) refine: Vec<RefineRow>,
    pub(crate) absorb: Vec<AbsorbRow>,
}

/// "What the first brings with it is no incident of its own."
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AbsorbRow {
    pub(crate) cause: String,
    pub(crate) effects: Vec<String>,
}

/// A type of the taxonomy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypeRow {
    pub(crate) name: String,
    pub(crate) group: String,
    /// Types of one family can be told as each other, and refined by instrument.
    pub(crate) family: String,
    pub(crate) frame: Frame,
    pub(crate) acled: Option<String>,
    pub(crate) plover: Option<String>,
    pub(crate) muc4: Option<String>,
    pub(crate) cap: Option<String>,
    pub(crate) glide: Option<String>,
}

/// "An attack of this family with this instrument is of that type."
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefineRow {
    pub(crate) family: String,
    pub(crate) instrument: Option<String>,
    pub(crate) sector: Option<String>,
    pub(crate) target: Option<String>,
    #[serde(rename = "type")]
    pub(crate) event_type: Spanned<String>,
    pub(crate) weight: f64,
}

/// How a trigger takes its parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Frame {
    /// "Angriff der Armee auf die Stadt": genitive and "by" do it, "on" suffers it.
    Attack,
    /// "Entführung der Schüler durch die Miliz": genitive suffers it.
    Victim,
    /// "Gefechte zwischen Armee und Rebellen".
    Mutual,
    /// "Demonstration der Lehrer gegen das Gesetz".
    Gathering,
    /// Earthquakes, accidents: nobody does it.
    Event,
}

/// `<lang>/triggers.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TriggerFile {
    pub(crate) replace: bool,
    pub(crate) trigger: Vec<TriggerRow>,
    pub(crate) modifier: Vec<ModifierRow>,
}

/// Words that stand for an event.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriggerRow {
    #[serde(rename = "type")]
    pub(crate) event_type: Spanned<String>,
    /// How surely these words alone mean such an event, 0 to 1.
    #[serde(default = "strong")]
    pub(crate) strength: f64,
    pub(crate) frame: Option<Frame>,
    /// Other types that these words may mean.
    #[serde(default)]
    pub(crate) also: BTreeMap<String, f64>,
    #[serde(default)]
    pub(crate) instrument: Option<String>,
    #[serde(default)]
    pub(crate) nouns: Words,
    /// Active forms: the subject does it.
    #[serde(default)]
    pub(crate) verbs: Words,
    /// Passive with "be", active with "have".
    #[serde(default)]
    pub(crate) participles: Words,
    /// Counts only beside a weapon, an armed actor, or people killed or hurt.
    #[serde(default)]
    pub(crate) needs_context: bool,
}

fn strong() -> f64 {
    0.85
}

/// First part of a compound.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModifierRow {
    pub(crate) stems: Vec<String>,
    pub(crate) instrument: Option<String>,
    #[serde(rename = "type")]
    pub(crate) event_type: Option<String>,
    /// Only with triggers of this family.
    pub(crate) family: Option<String>,
    /// Such a compound is no event.
    #[serde(default)]
    pub(crate) veto: bool,
    /// It names who did it: "Rebellenangriff".
    pub(crate) sector: Option<String>,
}

/// `<lang>/outcomes.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OutcomeFile {
    pub(crate) replace: bool,
    pub(crate) outcome: Vec<OutcomeRow>,
    pub(crate) toll: Words,
}

/// Words for what happened to people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutcomeRow {
    pub(crate) outcome: Outcome,
    /// "Tote", "casualties": people named by their fate.
    #[serde(default)]
    pub(crate) nouns: Words,
    /// "starben": the subject suffers it.
    #[serde(default)]
    pub(crate) subject: Words,
    /// "tötete": the object suffers it.
    #[serde(default)]
    pub(crate) object: Words,
    /// "getötet", "killed".
    #[serde(default)]
    pub(crate) participles: Words,
    /// "darunter", "five bodies": adds to the same fate without being a new total.
    #[serde(default)]
    pub(crate) group: Option<String>,
}

/// `<lang>/people.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PeopleFile {
    pub(crate) replace: bool,
    pub(crate) people: Vec<PeopleRow>,
}

/// Words for people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeopleRow {
    /// As `civilians`; `people` says nothing of who they are.
    pub(crate) group: String,
    #[serde(default)]
    pub(crate) sector: Option<String>,
    /// Number of people that the word alone means, as 2 for a couple.
    #[serde(default)]
    pub(crate) count: Option<u64>,
    /// True for singular words: one person, also without a number.
    #[serde(default)]
    pub(crate) single: bool,
    pub(crate) words: Words,
}

/// `groups.toml`: armed groups by name, in all languages.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GroupFile {
    pub(crate) replace: bool,
    pub(crate) group: Vec<GroupRow>,
}

/// A known group or command.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupRow {
    pub(crate) id: Spanned<String>,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) country: Option<Spanned<String>>,
    pub(crate) sector: Spanned<String>,
    /// A force of a state.
    #[serde(default)]
    pub(crate) state: bool,
    /// Class of instrument that comes with it, as `aircraft` with an air force.
    #[serde(default)]
    pub(crate) instrument: Option<String>,
    pub(crate) words: Words,
}

/// `<lang>/actors.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ActorFile {
    pub(crate) replace: bool,
    pub(crate) actor: Vec<ActorRow>,
}

/// Words for parties without a name of their own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActorRow {
    pub(crate) sector: String,
    /// A force of a state: a country beside it makes it that country's.
    #[serde(default)]
    pub(crate) state: bool,
    /// "Gruppe": a name in quotation marks beside it is its name.
    #[serde(default)]
    pub(crate) namable: bool,
    /// "Unbekannte": nobody in particular.
    #[serde(default)]
    pub(crate) unknown: bool,
    /// Class of instrument that comes with it, as `aircraft` with an air force.
    #[serde(default)]
    pub(crate) instrument: Option<String>,
    pub(crate) words: Words,
}

/// `<lang>/targets.toml` and `<lang>/instruments.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ThingFile {
    pub(crate) replace: bool,
    pub(crate) thing: Vec<ThingRow>,
}

/// Words for things.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThingRow {
    pub(crate) class: String,
    pub(crate) words: Words,
}

/// `<lang>/speech.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SpeechFile {
    pub(crate) replace: bool,
    pub(crate) cue: Vec<SpeechRow>,
    pub(crate) medium: Vec<MediumRow>,
    /// Words for unnamed sources.
    pub(crate) unnamed: Words,
    /// Words for those who speak: offices, spokespeople, authorities.
    pub(crate) speaker: Words,
    /// "die Angaben", "die Tat": what was said or done before.
    pub(crate) anaphor: Words,
}

/// How somebody is quoted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpeechRow {
    pub(crate) act: SpeechAct,
    pub(crate) form: SpeechForm,
    pub(crate) words: Words,
}

/// Where the speaker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SpeechForm {
    /// A verb; its subject speaks.
    Verb,
    /// "laut": the speaker follows.
    Before,
    /// "zufolge": the speaker precedes.
    After,
    /// "nach eigenen Angaben": the subject of the sentence speaks.
    Own,
    /// "soll", "reportedly": nobody in particular.
    Hearsay,
    /// "machte ... verantwortlich": the object is accused.
    Accusation,
    /// "mutmaßlich": nobody in particular suspects.
    Suspicion,
}

/// Where something was said.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MediumRow {
    pub(crate) name: String,
    pub(crate) words: Words,
}

/// `<lang>/reality.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RealityFile {
    pub(crate) replace: bool,
    pub(crate) cue: Vec<RealityRow>,
}

/// Words that say whether something happened, and whether it is news.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RealityRow {
    /// As `sport`; part of the rule id.
    pub(crate) id: String,
    pub(crate) effect: Effect,
    /// Only with triggers of this family.
    #[serde(default)]
    pub(crate) family: Option<String>,
    pub(crate) words: Words,
}

/// What such words do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    /// The trigger inside the words is no event.
    Metaphor,
    /// The sentence speaks of sport, business, films; a text full of it has no events at all.
    Domain,
    /// The clause did not happen.
    Negated,
    /// The clause might happen.
    Hypothetical,
    /// The clause is planned.
    Planned,
    /// The clause is a threat or a warning.
    Threatened,
    /// In headline or first sentence: the text tells of what did not happen.
    Hoax,
    /// The deed was prevented.
    Foiled,
    /// The deed was tried.
    Attempted,
    /// The sentence is about an exercise; in headline or first sentence the whole text is.
    Exercise,
    /// The sentence remembers.
    Anniversary,
    /// The event in the phrase lies before the news.
    Background,
    /// The sentence is about a trial or an investigation of an old deed.
    Court,
    /// In headline or first sentence: the whole text looks back, or is no news.
    Retrospect,
    /// The event is news about an earlier one.
    Update,
    /// The clause is a series of events.
    Series,
    /// A further event of the same kind.
    Another,
    /// An event before the one that was told.
    Earlier,
    /// "Als Reaktion auf": what follows is the reason.
    Reason,
    /// "Als Reaktion": what was told before is the reason.
    ReasonBefore,
}

/// `<lang>/grammar.toml`: endings and function words by class.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(clippy::struct_excessive_bools)] // marks that do not depend on each other
pub(crate) struct GrammarFile {
    pub(crate) replace: bool,
    pub(crate) noun_endings: Vec<String>,
    pub(crate) verb_endings: Vec<String>,
    pub(crate) joints: Vec<String>,
    /// Verbs stand at the end and cases mark the parties.
    pub(crate) verb_final: bool,
    /// Nouns have capitals.
    pub(crate) capital_nouns: bool,
    /// "l'armée" is two words.
    pub(crate) elision: bool,
    /// Endings of nouns that are no persons.
    pub(crate) no_person: Vec<String>,
    pub(crate) words: BTreeMap<Word, Words>,
}

/// Class of a function word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub(crate) enum Word {
    /// "von", "by": who did it.
    By,
    /// "durch": who did it, with nouns too.
    Through,
    /// "auf", "against": to whom.
    On,
    /// "von", "of".
    Of,
    /// "mit", "with".
    With,
    /// "zwischen".
    Between,
    /// "in", "auf", "vor": what is struck where it happens.
    Inside,
    /// Any other preposition.
    Preposition,
    /// "der", "the".
    Definite,
    /// "ein", "a".
    Indefinite,
    /// "dieser", "this".
    This,
    /// "den": certainly an object.
    Accusative,
    /// "des", "einer", "der": may stand in the genitive.
    Genitive,
    /// Passive auxiliary, or that of the perfect of motion.
    Be,
    /// "wurde", "worden": certainly passive.
    Become,
    /// Perfect auxiliary.
    Have,
    /// Auxiliary of an earlier past.
    Pluperfect,
    /// Any finite verb that is in no other table.
    Finite,
    /// "führte ... durch", "carried out": the subject does the noun.
    Support,
    /// "und".
    And,
    /// "dass", "weil".
    Subordinator,
    /// "der", "who" after a comma.
    Relative,
    /// "darunter".
    Including,
    /// "kein".
    No,
    /// "niemand".
    Nobody,
    /// "nicht".
    Not,
    /// "sondern".
    But,
    /// "seit".
    Since,
    /// "insgesamt".
    Total,
    /// "weitere".
    More,
    /// "stationiert", "2,000-strong".
    Strength,
    /// "protestierten", "Teilnehmer": people who take part.
    Crowd,
    /// Reported speech (Konjunktiv I).
    Reported,
    /// "seine", "his".
    Possessive,
    /// "sie", "ihnen": stands for somebody, and is no part of a phrase.
    Pronoun,
    /// "traf", "schlug ... ein": a thing in the clause is struck.
    Struck,
    /// "zerstört": damage to things.
    Damage,
    /// "stieg auf".
    Rise,
    /// "an der Grenze zu".
    Border,
    /// "wegen", "Verdacht": leads to what somebody is charged with.
    Charge,
    /// "unverletzt": nothing happened to somebody.
    Unharmed,
    /// "ein" before "als auch": leaves numbers alone.
    Other,
}
