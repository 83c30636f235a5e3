use super::{Outcome, Sandbox, read, refused};
use crate::{proof::Tally, signing::basic};
use chrono::{Duration, SecondsFormat::Secs, Utc};
use tap::{
    apis::{Error, configuration::Configuration, threats_api, urls_api},
    models,
};

pub async fn run(sandbox: &Sandbox, tally: &mut Tally) -> Outcome {
    let service = Configuration::default().base_path;
    let (client, base_path) = sandbox.client(&service, basic(sandbox.account("principal"), sandbox.account("secret")));
    let lists = sandbox.lists(&client, &base_path);
    let config = Configuration { client, base_path, ..Default::default() };

    let to = Utc::now() - Duration::hours(2);
    let interval = |from: Duration| format!("{}/{}", (to - from).to_rfc3339_opts(Secs, true), to.to_rfc3339_opts(Secs, true));
    let hour = lists.pages::<models::SiemEvents>("listSiemAll", &[], &[("interval", &interval(Duration::hours(1)))]).await?;
    let events: usize = hour.iter().map(|w| [&w.messages_delivered, &w.messages_blocked].into_iter().flatten().map(Vec::len).sum::<usize>()).sum();
    tally.hold("calls", "window: an hour of events and its end", hour.len() == 1 && events > 0 && hour[0].query_end_time.is_some());

    let day = interval(Duration::hours(24));
    let one = lists.pages::<models::CampaignIds>("listCampaignIds", &[], &[("interval", &day), ("size", "1")]).await?;
    let all = lists.pages::<models::CampaignIds>("listCampaignIds", &[], &[("interval", &day)]).await?;
    let ids = |pages: &[models::CampaignIds]| pages.iter().flat_map(|p| p.campaigns.clone().unwrap_or_default()).map(|c| c.id).collect::<Vec<_>>();
    tally.hold("calls", "window in pages: the same campaigns one by one and at once", one.len() == ids(&all).len() && ids(&one) == ids(&all));

    let people = lists.pages::<models::TopClickers>("listTopClickers", &[], &[("window", "30"), ("size", "1")]).await?;
    tally.hold(
        "calls",
        "page: people one by one until an empty page",
        people.len() > 1 && people.last().is_some_and(|p| p.users.as_ref().is_some_and(Vec::is_empty)),
    );

    let accounts = lists.pages::<models::CompromisedAccounts>("listCompromisedAccounts", &[], &[("interval", &day)]).await?;
    tally.hold("calls", "single: compromised accounts", accounts.len() == 1 && accounts[0].compromised_accounts.is_some());

    let id = "abfa00dab4335751d0824ef8718ff356782db2d64da3ab7cbf47d7c312255dff";
    let threat = read!(threats_api::get_threat_summary(&config, id).await?, 200, models::ThreatSummary);
    tally.hold("calls", "a threat by its id", threat.id.as_deref() == Some(id));
    let rewritten = "https://urldefense.example.com/v3/__http://example.com/__;!!a!b$";
    let decoded = read!(urls_api::decode_urls(&config, models::UrlDecodeInput::new(vec![rewritten.into()])).await?, 200, models::DecodedUrls);
    tally.hold("calls", "a POST that reads", decoded.urls.is_some_and(|u| !u.is_empty()));

    let (status, text) = refused!(threats_api::get_threat_summary(&config, "unknown").await, Error::ResponseError);
    tally.hold("calls", "404 with its message", status == 404 && text.contains("identifier"));
    let (client, base_path) = sandbox.client(&service, basic(sandbox.account("principal"), "wrong"));
    let stranger = Configuration { client, base_path, ..Default::default() };
    let (status, text) = refused!(threats_api::get_threat_summary(&stranger, id).await, Error::ResponseError);
    tally.hold("calls", "401 with its message", status == 401 && text.contains("password"));
    Ok(())
}
