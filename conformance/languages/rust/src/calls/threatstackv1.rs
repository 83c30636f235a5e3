use super::{Outcome, Sandbox, headers, read, refused};
use crate::proof::Tally;
use threatstackv1::{
    apis::{Error, agents_api, configuration::Configuration},
    models,
};

pub async fn run(sandbox: &Sandbox, tally: &mut Tally) -> Outcome {
    let service = Configuration::default().base_path;
    let key = |key: &str| headers("api-key", |name| if name == "key" { sandbox.account(key) } else { "" });
    let (client, base_path) = sandbox.client(&service, key("API key"));
    let lists = sandbox.lists(&client, &base_path);
    let config = Configuration { client, base_path, ..Default::default() };

    let one = lists.pages::<Vec<models::Agent>>("listAgents", &[], &[("count", "1")]).await?;
    let all = lists.pages::<Vec<models::Agent>>("listAgents", &[], &[]).await?;
    let ids = |pages: &[Vec<models::Agent>]| pages.iter().flatten().map(|a| a.id.clone()).collect::<Vec<_>>();
    tally.hold("calls", "page: the same agents one by one and at once", ids(&one).len() > 1 && ids(&one) == ids(&all));
    let organizations = lists.pages::<Vec<models::Organization>>("listOrganizations", &[], &[]).await?;
    tally.hold("calls", "single: organizations", organizations.len() == 1 && !organizations[0].is_empty());

    let id = ids(&all).into_iter().flatten().next().ok_or("an agent without an id")?;
    let agent = read!(agents_api::get_agent(&config, &id, None, None).await?, 200, models::Agent);
    tally.hold("calls", "an agent by its id", agent.id.as_ref() == Some(&id));
    let (status, text) = refused!(agents_api::get_agent(&config, "unknown", None, None).await, Error::ResponseError);
    let reason: models::ErrorReply = serde_json::from_str(&text)?;
    tally.hold("calls", "404 with its message", status == 404 && reason.message.is_some_and(|m| m.contains("unknown")));
    let (client, base_path) = sandbox.client(&service, key("no such key"));
    let stranger = Configuration { client, base_path, ..Default::default() };
    let (status, _) = refused!(agents_api::get_agent(&stranger, &id, None, None).await, Error::ResponseError);
    tally.hold("calls", "no key is refused", status == 401);
    Ok(())
}
