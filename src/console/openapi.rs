//! The description of the API (OpenAPI 3.1), generated from the types of its answers.
//!
//! `docs/openapi.json` is the output of `depesche schema --openapi`; a test keeps them equal.

use super::answer::{
    ArticleAnswer, DeadLetters, Facets, Feeds, IncidentAnswer, Incidents, MapAnswer, Status,
};
use super::query::{FILTERS, PAGING, Parameter};
use super::{api, dead_letters, feeds};
use crate::ops::problem::Problem;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// One path of the API.
struct Operation {
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    parameters: &'static [&'static [Parameter]],
    /// What the `{id}` in the path is.
    of: Option<&'static str>,
    /// Whether the answer has a tag, so that an unchanged one need not be sent again.
    versioned: bool,
    schema: fn(&mut SchemaGenerator) -> Schema,
}

const OPERATIONS: &[Operation] = &[
    Operation {
        path: "/incidents",
        id: "listIncidents",
        summary: "Incidents that fit, a page of them",
        parameters: &[FILTERS, PAGING],
        of: None,
        versioned: true,
        schema: schema::<Incidents>,
    },
    Operation {
        path: "/incidents/{id}",
        id: "getIncident",
        summary: "One incident with its reports, competing figures, proofs and revisions seen",
        parameters: &[],
        of: Some("Incident id."),
        versioned: false,
        schema: schema::<IncidentAnswer>,
    },
    Operation {
        path: "/map",
        id: "mapIncidents",
        summary: "Incidents that fit and have coordinates",
        parameters: &[FILTERS],
        of: None,
        versioned: true,
        schema: schema::<MapAnswer>,
    },
    Operation {
        path: "/facets",
        id: "listFacets",
        summary: "Groups, types, countries and languages with their numbers of incidents",
        parameters: &[],
        of: None,
        versioned: true,
        schema: schema::<Facets>,
    },
    Operation {
        path: "/articles/{id}",
        id: "getArticle",
        summary: "The text of an article with the words that prove each field",
        parameters: &[api::OF_INCIDENT],
        of: Some("Article id."),
        versioned: false,
        schema: schema::<ArticleAnswer>,
    },
    Operation {
        path: "/feeds",
        id: "listFeeds",
        summary: "Feeds with their health and next poll, the worst first",
        parameters: &[feeds::PARAMETERS],
        of: None,
        versioned: false,
        schema: schema::<Feeds>,
    },
    Operation {
        path: "/dead-letters",
        id: "listDeadLetters",
        summary: "The newest records that could not be handled",
        parameters: &[dead_letters::PARAMETERS],
        of: None,
        versioned: false,
        schema: schema::<DeadLetters>,
    },
    Operation {
        path: "/status",
        id: "getStatus",
        summary: "This process, its stages, and what the console follows",
        parameters: &[],
        of: None,
        versioned: false,
        schema: schema::<Status>,
    },
];

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// The description.
#[must_use]
pub fn openapi() -> Value {
    let settings = SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    let problem = schema::<Problem>(&mut generator);
    let mut paths = Map::new();
    for operation in OPERATIONS {
        paths.insert(
            operation.path.to_owned(),
            json!({"get": described(operation, &mut generator)}),
        );
    }
    let refusal = |description: &str| {
        json!({
            "description": description,
            "content": {"application/problem+json": {"schema": problem}},
        })
    };
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Depesche console",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A view of the topics, as far as it fits into memory.",
            "description": "Read only. What is shown is what one process keeps in memory; the topics \
                            are the whole truth. Fields are only ever added; readers ignore fields \
                            they do not know. To follow what happens, ask again with the tag of the \
                            last answer in If-None-Match: nothing new is 304 without a body.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "http://127.0.0.1:9464/api/v1", "description": "As configured by default"}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "responses": {
                "BadRequest": refusal("A parameter is unknown, given twice or out of range."),
                "Unauthorized": refusal("`admin.token` is configured, and the request had none or another."),
                "NotFound": refusal("It is not kept here."),
            },
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "`admin.token`, where it is configured."},
            },
        },
    })
}

fn described(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = Vec::new();
    if let Some(of) = operation.of {
        parameters.push(json!({
            "name": "id", "in": "path", "required": true, "description": of,
            "schema": {"type": "string"},
        }));
    }
    for parameter in operation.parameters.iter().copied().flatten() {
        let schema: Value = serde_json::from_str(parameter.schema).unwrap_or_default();
        parameters.push(json!({
            "name": parameter.name, "in": "query", "description": parameter.description,
            "schema": schema,
        }));
    }
    let mut responses = Map::new();
    let schema = (operation.schema)(generator);
    responses.insert(
        "200".into(),
        json!({"description": "The answer.", "content": {"application/json": {"schema": schema}}}),
    );
    if operation.versioned {
        responses.insert("304".into(), json!({"description": "Nothing changed since that tag."}));
        parameters.push(json!({
            "name": "If-None-Match", "in": "header", "description": "`ETag` of an earlier answer to the same question.",
            "schema": {"type": "string"},
        }));
    }
    let mut refer = |status: &str, name: &str| {
        responses.insert(status.into(), json!({"$ref": format!("#/components/responses/{name}")}));
    };
    refer("400", "BadRequest");
    refer("401", "Unauthorized");
    if operation.of.is_some() {
        refer("404", "NotFound");
    }
    json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": parameters,
        "responses": responses,
    })
}
