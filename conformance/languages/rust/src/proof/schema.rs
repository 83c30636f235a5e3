//! Compares an answer with what a model wrote of it, by the document's schema.
use chrono::DateTime;
use serde_json::Value;

pub struct Document(pub Value);

#[derive(Default)]
pub struct Difference {
    /// Where the answer deviates from the document on purpose: another JSON type, another name for a
    /// member, or a kind of element that the document does not know.
    pub deviating: Vec<String>,
    /// Known members that are missing or changed.
    pub lost: Vec<String>,
}

impl Document {
    pub fn read(path: &str) -> Result<Self, Box<dyn std::error::Error>> {
        Ok(Self(serde_yaml_ng::from_str(&std::fs::read_to_string(path)?)?))
    }

    fn follow<'a>(&'a self, node: &'a Value) -> &'a Value {
        match node["$ref"].as_str() {
            Some(to) => self.0.pointer(&to[1..]).unwrap_or(&Value::Null),
            None => node,
        }
    }

    /// The schema of the JSON body of an answer.
    pub fn reply(&self, operation: &str, status: &str) -> Option<&Value> {
        let paths = self.0["paths"].as_object()?;
        let found = paths.values().filter_map(Value::as_object).flat_map(|item| item.values()).find(|op| op["operationId"] == operation)?;
        let content = self.follow(found["responses"].get(status)?)["content"].as_object()?;
        content.iter().find(|(media, _)| media.contains("json")).map(|(_, c)| &c["schema"])
    }

    /// A schema and all that it refers to or is composed of.
    fn parts<'a>(&'a self, schema: &'a Value, into: &mut Vec<&'a Value>) {
        into.push(schema);
        if schema.get("$ref").is_some() {
            self.parts(self.follow(schema), into);
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            for part in schema[key].as_array().into_iter().flatten() {
                self.parts(part, into);
            }
        }
    }

    /// Compares a value with what the model wrote. Null and absent are the same.
    pub fn compare(&self, schemas: &[&Value], before: &Value, after: Option<&Value>, path: &str, found: &mut Difference) {
        let mut parts = Vec::new();
        schemas.iter().for_each(|s| self.parts(s, &mut parts));
        if before.is_null() {
            return;
        }
        let typed = parts.iter().any(|s| s["type"].is_string());
        if typed && !parts.iter().any(|s| fits(before, &s["type"])) {
            if parts.iter().filter_map(|s| s["x-also"].as_array()).flatten().any(|t| fits(before, t)) {
                return found.deviating.push(path.to_owned());
            }
            return found.lost.push(format!("{path}: a type that the document does not know"));
        }
        let kind = |s: &Value| {
            s["discriminator"]["propertyName"]
                .as_str()
                .and_then(|name| before[name].as_str())
                .is_some_and(|k| s["discriminator"]["mapping"].get(k).is_none())
        };
        if parts.iter().any(|s| kind(s)) {
            return found.deviating.push(path.to_owned());
        }
        let Some(after) = after else { return found.lost.push(path.to_owned()) };
        match before {
            Value::Object(members) => {
                for (name, value) in members {
                    let at = format!("{path}.{name}");
                    let mut known: Vec<&Value> = parts.iter().filter_map(|s| s["properties"].get(name)).collect();
                    if known.is_empty() {
                        let alias = |p: &Value| p["x-aliases"].as_array().is_some_and(|a| a.contains(&name.as_str().into()));
                        if parts.iter().filter_map(|s| s["properties"].as_object()).flatten().any(|(_, p)| alias(p)) {
                            found.deviating.push(at);
                            continue;
                        }
                        // The generator has no field for members beside named ones; an object without named members is a map.
                        if !parts.iter().any(|s| s["properties"].is_object()) {
                            known = parts.iter().map(|s| &s["additionalProperties"]).filter(|s| s.is_object()).collect();
                        }
                    }
                    if !known.is_empty() {
                        self.compare(&known, value, after.get(name), &at, found);
                    }
                }
            }
            Value::Array(list) => {
                let items: Vec<&Value> = parts.iter().filter_map(|s| s.get("items")).collect();
                for (i, value) in list.iter().enumerate() {
                    self.compare(&items, value, after.get(i), &format!("{path}[{i}]"), found);
                }
            }
            _ if !same(before, after) => found.lost.push(format!("{path}: {before} became {after}")),
            _ => {}
        }
    }
}

fn fits(value: &Value, kind: &Value) -> bool {
    match kind.as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => false,
    }
}

/// Numbers and times are equal by value, however they are written.
fn same(a: &Value, b: &Value) -> bool {
    let instant = |v: &Value| DateTime::parse_from_rfc3339(v.as_str()?).ok();
    a == b || a.is_number() && a.as_f64() == b.as_f64() || instant(a).is_some() && instant(a) == instant(b)
}
