//! Reads all pages of a list, by the pagination that specs/operations.json describes.
use reqwest::{Method, StatusCode};
use reqwest_middleware::ClientWithMiddleware;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::error::Error;

pub struct Service {
    pub client: ClientWithMiddleware,
    pub base: String,
    /// The operations of one document.
    pub operations: Value,
}

/// The member of a body under a dotted name; the empty name is the body itself.
fn member<'a>(body: &'a Value, name: &str) -> Option<&'a Value> {
    if name.is_empty() { Some(body) } else { name.split('.').try_fold(body, |at, part| at.get(part)) }
}

fn says_more(value: Option<&Value>) -> bool {
    !matches!(value, None | Some(Value::Null | Value::Bool(false))) && value != Some(&"".into()) && value != Some(&0.into())
}

/// The number of elements of a page; None if it has no list at all.
fn elements(items: &Value, body: &Value) -> Option<usize> {
    let names = items.as_array().cloned().unwrap_or_else(|| vec![items.clone()]);
    let lists = names.iter().filter_map(|name| member(body, name.as_str()?)?.as_array());
    lists.map(Vec::len).reduce(|a, b| a + b)
}

impl Service {
    /// Returns the pages of a list, each read as P. A list by windows is asked for one window, whose interval is in the query.
    pub async fn pages<P: DeserializeOwned>(&self, operation: &str, path: &[(&str, &str)], query: &[(&str, &str)]) -> Result<Vec<P>, Box<dyn Error>> {
        let op = &self.operations[operation];
        let list = &op["pagination"];
        let turn = list.get("pages").unwrap_or(list);
        let style = turn["style"].as_str().unwrap_or("page");
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        let mut url = self.base.clone() + op["path"].as_str().ok_or("no such operation")?;
        let method: Method = text(&op["method"]).parse()?;
        for (name, value) in path {
            url = url.replace(&format!("{{{name}}}"), value);
        }
        let mut query: Vec<(String, String)> = query.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        if let Some(media) = op.get("media") {
            query.push((text(&media["param"]), text(&media["values"]["application/json"])));
        }
        let size_name = text(&turn["size"]);
        let default = turn["default"].as_u64();
        let always = turn["always"] == true;
        if let (true, Some(n), false) = (always, default, query.iter().any(|(k, _)| *k == size_name)) {
            query.push((size_name.clone(), n.to_string()));
        }
        let size = query.iter().find(|(k, _)| *k == size_name).and_then(|(_, v)| v.parse().ok()).or(default);
        let (mut pages, mut seen, mut total) = (Vec::new(), 0, None);
        let mut at = turn["first"].as_u64().unwrap_or(0);
        let mut token = String::new();
        loop {
            let mut request = self.client.request(method.clone(), &url).query(&query);
            match style {
                "cursor" if !token.is_empty() => request = request.query(&[(text(&turn["param"]), &token)]),
                "page" | "offset" if always || !pages.is_empty() => request = request.query(&[(text(&turn["param"]), at)]),
                _ => {}
            }
            for (name, value) in op["headers"].as_object().into_iter().flatten() {
                request = request.header(name, text(value));
            }
            let answer = request.send().await?;
            let (status, answer) = (answer.status(), answer.text().await?);
            let later = list["blank"]["later"] == true;
            let ends = list["empty"].as_array().is_some_and(|e| e.contains(&status.as_u16().into()));
            if ends && answer.is_empty() && (!later || !pages.is_empty()) {
                return Ok(pages);
            }
            if status != StatusCode::OK {
                return Err(format!("{operation}: {status} {answer}").into());
            }
            let body: Value = serde_json::from_str(&answer)?;
            let refused = |e: &Value| member(&body, &text(&e["status"])) != Some(&e["success"]);
            if op.get("envelope").is_some_and(refused) {
                return Err(format!("{operation}: {answer}").into());
            }
            let blank = later && !pages.is_empty()
                || list["blank"]["members"].as_array().is_some_and(|m| m.iter().any(|name| member(&body, &text(name)).is_some()));
            let found = elements(&list["items"], &body).or(blank.then_some(0)).ok_or("a page without its list")? as u64;
            seen += found;
            token = text(member(&body, &text(&turn["next"])).unwrap_or(&Value::Null));
            total = total.or(turn.get("total").and_then(|name| member(&body, &text(name))?.as_u64()));
            let more = turn.get("more").is_none_or(|name| says_more(member(&body, &text(name))));
            pages.push(serde_json::from_value(body)?);
            let over = match style {
                "single" | "window" => true,
                "cursor" => token.is_empty(),
                _ => found == 0 || !more || total.is_some_and(|n| seen >= n) || turn["until"] == "short" && size.is_some_and(|n| found < n),
            };
            if over {
                return Ok(pages);
            }
            at += if style == "offset" { found } else { 1 };
        }
    }
}
