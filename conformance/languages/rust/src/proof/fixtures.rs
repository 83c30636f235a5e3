//! Reads each 2xx fixture as the model of its operation and writes it again.
use super::{
    Tally,
    schema::{Difference, Document},
};
use serde_json::Value;
use std::{error::Error, fs, path::Path};

/// Reads a body as the model of an operation and a status, and writes it again.
pub type Again = fn(&str, &str, &str) -> Option<serde_json::Result<Value>>;

pub fn prove(tally: &mut Tally, document: &Document, folder: &Path, again: Again) -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    for operation in fs::read_dir(folder)? {
        files.extend(fs::read_dir(operation?.path())?.map(|f| f.map(|f| f.path())).collect::<Result<Vec<_>, _>>()?);
    }
    files.sort();
    for file in files {
        let exchange: Value = serde_json::from_str(&fs::read_to_string(&file)?)?;
        let (operation, status) = (exchange["operationId"].as_str().unwrap_or_default(), exchange["status"].to_string());
        let json = exchange["contentType"].as_str().is_some_and(|t| t.contains("json"));
        if !status.starts_with('2') || exchange["body"].is_null() || !json {
            continue;
        }
        let Some(schema) = document.reply(operation, &status) else { continue };
        let body = &exchange["body"];
        let read = again(operation, &status, &body.to_string()).ok_or_else(|| format!("{operation} has no model for {status}"))?;
        let mut found = Difference::default();
        // A body that could not be read is only searched for deviations.
        document.compare(&[schema], body, Some(read.as_ref().unwrap_or(body)), "", &mut found);
        let name = file.strip_prefix(folder)?.display();
        match read {
            _ if !found.deviating.is_empty() => tally.deviates(read.is_ok()),
            Err(e) => tally.fail("fixtures", format!("{name}: {e}")),
            Ok(_) if !found.lost.is_empty() => tally.fail("fixtures", format!("{name}: lost {}", found.lost.join(", "))),
            Ok(_) => tally.pass("fixtures"),
        }
    }
    Ok(())
}
