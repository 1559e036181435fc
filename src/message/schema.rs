//! JSON Schema and AsyncAPI, generated from the Rust types.
//!
//! The files under `docs/schema/` are the output of `depesche schema`; a test keeps them equal.

use super::{Article, FeedState, Fingerprint, Incident, Message, Report};
use serde_json::{Map, Value, json};

/// Rule for readers and writers, stated in every schema.
const EVOLUTION: &str = "Fields are only ever added, and added fields are optional; \
                         readers ignore fields they do not know.";

/// Format of the schemas, for AsyncAPI.
const FORMAT: &str = "application/schema+json;version=draft-2020-12";

fn schema_of<M: Message + schemars::JsonSchema>() -> (&'static str, Value) {
    let mut schema = schemars::schema_for!(M).to_value();
    if let Some(object) = schema.as_object_mut() {
        // RFC 8141: the name of a namespace has no dots.
        object.insert("$id".into(), json!(format!("urn:{}", M::SCHEMA.replace(['.', '/'], ":"))));
        object.insert("$comment".into(), json!(EVOLUTION));
        if let Some(constant) = object
            .get_mut("properties")
            .and_then(|p| p.get_mut("schema"))
            .and_then(Value::as_object_mut)
        {
            constant.insert("const".into(), json!(M::SCHEMA));
        }
    }
    (M::SCHEMA, schema)
}

/// The JSON Schema (2020-12) of every value, by schema name.
#[must_use]
pub fn json_schemas() -> Vec<(&'static str, Value)> {
    vec![
        schema_of::<FeedState>(),
        schema_of::<Article>(),
        schema_of::<Fingerprint>(),
        schema_of::<Report>(),
        schema_of::<Incident>(),
    ]
}

/// An AsyncAPI 3.0 document of the topics.
///
/// `channels` gives topic name, description, schema name (absent for dead letters, whose value is
/// whatever could not be handled) and Kafka binding of each.
#[must_use]
pub fn asyncapi(channels: &[(String, &str, Option<&str>, Value)]) -> Value {
    let schemas = json_schemas();
    let mut out_channels = Map::new();
    let mut operations = Map::new();
    let mut messages = Map::new();
    let mut parts = Map::new();
    for (name, schema) in schemas {
        let schema = embedded(schema, &mut parts);
        messages.insert(
            component(name),
            json!({
                "name": component(name),
                "contentType": "application/json",
                "payload": {"schemaFormat": FORMAT, "schema": schema},
                "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
            }),
        );
    }
    for (topic, description, schema, binding) in channels {
        let id = topic.replace(['.', '-'], "_");
        let mut carried = Map::new();
        if let Some(schema) = schema {
            let part = component(schema);
            carried.insert(part.clone(), json!({"$ref": format!("#/components/messages/{part}")}));
        }
        out_channels.insert(
            id.clone(),
            json!({"address": topic, "description": description, "messages": carried, "bindings": {"kafka": binding}}),
        );
        operations.insert(
            format!("send_{id}"),
            json!({"action": "send", "channel": {"$ref": format!("#/channels/{id}")}}),
        );
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Depesche",
            "version": env!("CARGO_PKG_VERSION"),
            "description": format!("Structured incident messages from news feeds. {EVOLUTION}"),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": out_channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": parts},
    })
}

/// The schema as a part of a larger document: its definitions go to `parts`, and references with them.
fn embedded(mut schema: Value, parts: &mut Map<String, Value>) -> Value {
    let definitions = schema.as_object_mut().and_then(|object| {
        // With an id of its own it would be the base of the references in it.
        object.remove("$id");
        object.remove("$schema");
        object.remove("$defs")
    });
    if let Some(Value::Object(definitions)) = definitions {
        for (name, mut definition) in definitions {
            point_to_parts(&mut definition);
            parts.insert(name, json!({"schemaFormat": FORMAT, "schema": definition}));
        }
    }
    point_to_parts(&mut schema);
    schema
}

/// Turns references to definitions of the schema into references to parts of the document.
fn point_to_parts(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object.iter_mut() {
                let name = inner.as_str().and_then(|text| text.strip_prefix("#/$defs/"));
                match name {
                    Some(name) if key == "$ref" => {
                        *inner = json!(format!("#/components/schemas/{name}/schema"));
                    }
                    _ => point_to_parts(inner),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(point_to_parts),
        _ => {}
    }
}

fn component(schema: &str) -> String {
    schema.replace(['.', '/', '-'], "_")
}
