//! Runs all checks. The environment variables SANDBOX, SPECS, FIXTURES, DOCUMENTS and OUT are described in conformance/languages/README.md.
mod calls;
mod paging;
mod proof;
mod signing;

use calls::Sandbox;
use proof::{
    Tally,
    fixtures::{self, Again},
    schema::Document,
    vectors,
};
use std::{env, error::Error, fs, path::Path};

/// The code that openapi-generator made from templates/replies.mustache, one module for each document.
macro_rules! replies {
    ($($document:ident)*) => {
        mod replies { $(pub mod $document { include!(concat!("../generated/", stringify!($document), "/replies.rs")); })* }
        const DOCUMENTS: &[(&str, Again)] = &[$((stringify!($document), replies::$document::again)),*];
    };
}
replies!(tap essentials essentialsthreat threatconnectv3 threatstackv1 threatstackv2);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (specs, wanted) = (env::var("SPECS")?, env::var("DOCUMENTS")?);
    let index = serde_json::from_str(&fs::read_to_string(format!("{specs}/operations.json"))?)?;
    let mut signed = Tally::new("-");
    vectors::prove(&mut signed, &specs)?;
    let (mut lines, mut failed) = (signed.lines(), signed.failed());
    for (document, again) in DOCUMENTS.iter().filter(|(d, _)| wanted.split_whitespace().any(|w| w == *d)) {
        let mut tally = Tally::new(document);
        for model in fs::read_dir(format!("generated/{document}/src/models"))? {
            if model?.file_name() != "mod.rs" {
                tally.pass("models"); // compiled
            }
        }
        let schema = Document::read(&format!("{specs}/{document}.yaml"))?;
        fixtures::prove(&mut tally, &schema, &Path::new(&env::var("FIXTURES")?).join(document), *again)?;
        calls::run(&Sandbox::meet(&env::var("SANDBOX")?, document, &index).await?, &mut tally).await;
        lines += &tally.lines();
        failed |= tally.failed();
    }
    fs::write(env::var("OUT")?, lines)?;
    if failed { Err("something failed".into()) } else { Ok(()) }
}
