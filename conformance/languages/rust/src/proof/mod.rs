//! Checks that the generated code reads, writes and calls as the documents say.
pub mod fixtures;
pub mod schema;
pub mod vectors;

use std::collections::BTreeMap;

/// Counts what passed and failed for one document, by kind.
pub struct Tally {
    pub document: String,
    counts: BTreeMap<&'static str, [usize; 2]>,
}

impl Tally {
    pub fn new(document: &str) -> Self {
        Self { document: document.to_owned(), counts: BTreeMap::new() }
    }

    pub fn pass(&mut self, kind: &'static str) {
        self.counts.entry(kind).or_default()[0] += 1;
    }

    pub fn fail(&mut self, kind: &'static str, why: String) {
        self.counts.entry(kind).or_default()[1] += 1;
        eprintln!("rust {} {kind}: {why}", self.document);
    }

    pub fn hold(&mut self, kind: &'static str, what: &str, holds: bool) {
        if holds { self.pass(kind) } else { self.fail(kind, what.to_owned()) }
    }

    /// Counts a fixture that deviates on purpose: it may be read or refused.
    pub fn deviates(&mut self, is_read: bool) {
        self.counts.entry("deviating").or_default()[usize::from(!is_read)] += 1;
    }

    pub fn failed(&self) -> bool {
        self.counts.iter().any(|(kind, [_, failed])| *kind != "deviating" && *failed > 0)
    }

    /// One line for each kind: document, kind, passed, failed.
    pub fn lines(&self) -> String {
        self.counts.iter().map(|(kind, [passed, failed])| format!("{}\t{kind}\t{passed}\t{failed}\n", self.document)).collect()
    }
}
