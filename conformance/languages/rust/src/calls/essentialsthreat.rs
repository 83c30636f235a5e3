use super::{Outcome, Sandbox, read, refused};
use crate::{proof::Tally, signing::basic};
use chrono::{Duration, SecondsFormat::Secs, Utc};
use essentialsthreat::{
    apis::{Error, configuration::Configuration, siem_api},
    models,
};

pub async fn run(sandbox: &Sandbox, tally: &mut Tally) -> Outcome {
    let service = Configuration::default().base_path;
    let (client, base_path) = sandbox.client(&service, basic(sandbox.account("API key"), sandbox.account("API key secret")));
    let lists = sandbox.lists(&client, &base_path);
    let config = Configuration { client, base_path, ..Default::default() };

    let to = Utc::now() - Duration::hours(2);
    let interval = format!("{}/{}", (to - Duration::hours(1)).to_rfc3339_opts(Secs, true), to.to_rfc3339_opts(Secs, true));
    let hour = lists.pages::<models::SiemEvents>("listSiemAll", &[], &[("interval", &interval)]).await?;
    tally.hold("calls", "window: an hour of events and its end", hour.len() == 1 && hour[0].query_end_time.is_some());
    let recent = siem_api::list_siem_issues(&config, None, Some(3600), None, None, None, None, None).await?;
    tally.hold("calls", "the last hour by seconds", read!(recent, 200, models::SiemEvents).query_end_time.is_some());

    let (client, base_path) = sandbox.client(&service, basic(sandbox.account("API key"), "wrong"));
    let stranger = Configuration { client, base_path, ..Default::default() };
    let (status, text) = refused!(siem_api::list_siem_all(&stranger, None, Some(3600), None, None, None, None, None).await, Error::ResponseError);
    tally.hold("calls", "401 with its message", status == 401 && !text.is_empty());
    Ok(())
}
