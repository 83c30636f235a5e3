//! Calls over real HTTP, against the sandbox.
mod essentials;
mod essentialsthreat;
mod tap;
mod threatconnectv3;
mod threatstackv1;
mod threatstackv2;

use crate::{paging::Service, proof::Tally, signing::Credentials};
use reqwest::Url;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use serde_json::Value;
use std::error::Error;

pub type Outcome = Result<(), Box<dyn Error>>;

/// The sandbox for one document.
pub struct Sandbox {
    url: String,
    accounts: Value,
    operations: Value,
}

impl Sandbox {
    pub async fn meet(url: &str, document: &str, index: &Value) -> Result<Self, Box<dyn Error>> {
        let accounts: Value = reqwest::get(format!("{url}/_sandbox/accounts")).await?.json().await?;
        Ok(Self { url: url.to_owned(), accounts: accounts[document].clone(), operations: index[document].clone() })
    }

    /// A named value of the account that the sandbox accepts.
    fn account(&self, name: &str) -> &str {
        let find = || self.accounts.as_array()?.iter().find(|a| a["Name"] == name)?["Value"].as_str();
        find().unwrap_or_default()
    }

    /// A client and its base URL: the sandbox instead of the service, with the same base path.
    fn client(&self, service: &str, credentials: Credentials) -> (ClientWithMiddleware, String) {
        let path = service.parse().map(|url: Url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default();
        (ClientBuilder::new(reqwest::Client::new()).with(credentials).build(), self.url.clone() + &path)
    }

    fn lists(&self, client: &ClientWithMiddleware, base: &str) -> Service {
        Service { client: client.clone(), base: base.to_owned(), operations: self.operations.clone() }
    }
}

pub async fn run(sandbox: &Sandbox, tally: &mut Tally) {
    let done = match tally.document.as_str() {
        "tap" => tap::run(sandbox, tally).await,
        "essentials" => essentials::run(sandbox, tally).await,
        "essentialsthreat" => essentialsthreat::run(sandbox, tally).await,
        "threatconnectv3" => threatconnectv3::run(sandbox, tally).await,
        "threatstackv1" => threatstackv1::run(sandbox, tally).await,
        "threatstackv2" => threatstackv2::run(sandbox, tally).await,
        _ => Err("no calls".into()),
    };
    if let Err(e) = done {
        tally.fail("calls", format!("stopped: {e}"));
    }
}

/// Credentials that are headers, by their scheme; `value` finds the parts of an account.
pub fn headers<'a>(scheme: &str, value: impl Fn(&str) -> &'a str) -> Credentials {
    let mut list = match scheme {
        "user-password" => vec![("X-User", value("user").to_owned()), ("X-Password", value("password").to_owned())],
        "token" => vec![("Authorization", format!("TC-Token {}", value("token")))],
        _ => vec![("Authorization", value("key").to_owned()), ("Organization", value("organization").to_owned())],
    };
    list.retain(|(_, value)| !value.is_empty());
    Credentials::Headers(list)
}

/// The answer of a call that must be refused: its status and its text.
macro_rules! refused {
    ($call:expr, $errors:path) => {
        match $call {
            Err($errors(reply)) => (reply.status.as_u16(), reply.content),
            Err(e) => return Err(e.into()),
            Ok(_) => (200, String::new()),
        }
    };
}
use refused;

/// An answer of a generated call, read as the model of its status.
macro_rules! read {
    ($reply:expr, $status:expr, $model:ty) => {{
        let reply = $reply;
        if reply.status.as_u16() != $status {
            return Err(format!("status {} instead of {}", reply.status, $status).into());
        }
        serde_json::from_str::<$model>(&reply.content)?
    }};
}
use read;
