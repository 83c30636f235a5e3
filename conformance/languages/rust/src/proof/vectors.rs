//! Signs the requests of specs/vectors and compares the signatures.
use super::Tally;
use crate::signing::{Credentials, basic};
use serde_json::Value;
use std::{collections::BTreeMap, error::Error, fs};

pub fn prove(tally: &mut Tally, specs: &str) -> Result<(), Box<dyn Error>> {
    for file in ["basic", "headers", "threatconnect-hmac", "hawk"] {
        let read: Value = serde_json::from_str(&fs::read_to_string(format!("{specs}/vectors/{file}.json"))?)?;
        for vector in read["vectors"].as_array().ok_or("no vectors")? {
            let text = |name: &str| vector[name].as_str().unwrap_or_default();
            let credentials = match file {
                "basic" => basic(text("username"), text("password")),
                "threatconnect-hmac" => Credentials::ThreatConnect { access_id: text("accessId").into(), secret_key: text("secretKey").into() },
                "hawk" => Credentials::Hawk { id: text("id").into(), key: text("key").into(), ext: text("ext").into() },
                _ => crate::calls::headers(text("scheme"), text),
            };
            let url = if text("url").is_empty() { "https://example.com/" } else { text("url") }.parse()?;
            let body = vector["body"].as_str().map(|b| (text("contentType"), b.as_bytes()));
            let made = credentials.sign(text("method"), &url, body, vector["time"].as_u64().unwrap_or(0), text("nonce"));
            let holds = match file {
                "hawk" => attributes(&made[0].1) == wanted(&vector["attributes"]),
                _ => made.iter().map(|(k, v)| (k.to_string(), v.clone())).collect::<BTreeMap<_, _>>() == wanted(&vector["headers"]),
            };
            tally.hold("vectors", &format!("{file}: {}", text("name")), holds);
        }
    }
    Ok(())
}

fn wanted(object: &Value) -> BTreeMap<String, String> {
    object.as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.as_str().unwrap_or_default().to_owned())).collect()
}

/// The attributes of a Hawk header, whose order does not matter.
fn attributes(header: &str) -> BTreeMap<String, String> {
    let list = header.trim_start_matches("Hawk ").split(", ");
    list.filter_map(|a| a.split_once('=')).map(|(k, v)| (k.to_owned(), v.trim_matches('"').to_owned())).collect()
}
