use super::{Outcome, Sandbox, read, refused};
use crate::{proof::Tally, signing::Credentials};
use threatstackv2::{
    apis::{Error, configuration::Configuration, rulesets_api},
    models,
};

pub async fn run(sandbox: &Sandbox, tally: &mut Tally) -> Outcome {
    let service = Configuration::default().base_path;
    let hawk =
        |key: &str| Credentials::Hawk { id: sandbox.account("user ID").into(), key: key.into(), ext: sandbox.account("organization ID").into() };
    let (client, base_path) = sandbox.client(&service, hawk(sandbox.account("API key")));
    let lists = sandbox.lists(&client, &base_path);
    let config = Configuration { client, base_path, ..Default::default() };

    let new = models::RulesetInput { description: Some("für Rust".into()), ..models::RulesetInput::new("Rust".into()) };
    let made = read!(rulesets_api::create_ruleset(&config, new).await?, 200, models::Ruleset);
    let id = made.id.ok_or("a ruleset without an id")?;
    tally.hold("calls", "create: a signed body", made.name.as_deref() == Some("Rust"));
    rulesets_api::update_ruleset(&config, &id, models::RulesetInput::new("Rust, again".into())).await?;
    let changed = read!(rulesets_api::get_ruleset(&config, &id).await?, 200, models::Ruleset);
    tally.hold("calls", "update: the change is there", changed.name.as_deref() == Some("Rust, again"));

    let mut ids = vec![id.clone()];
    for i in 0..100 {
        let made = rulesets_api::create_ruleset(&config, models::RulesetInput::new(format!("Rust {i}"))).await?;
        ids.extend(read!(made, 200, models::Ruleset).id);
    }
    let pages = lists.pages::<models::RulesetPage>("listRulesets", &[], &[]).await?;
    let seen: Vec<_> = pages.iter().flat_map(|p| p.rulesets.clone().unwrap_or_default()).filter_map(|r| r.id).collect();
    tally.hold("calls", "cursor: all rulesets, until there is no token", pages.len() > 1 && ids.iter().all(|id| seen.contains(id)));

    for id in &ids {
        rulesets_api::delete_ruleset(&config, id).await?;
    }
    let (status, text) = refused!(rulesets_api::get_ruleset(&config, &id).await, Error::ResponseError);
    let reason: models::ErrorReply = serde_json::from_str(&text)?;
    tally.hold("calls", "delete: the ruleset is gone, and the refusal says so", status == 404 && reason.message.is_some_and(|m| m.contains(&id)));

    let (client, base_path) = sandbox.client(&service, hawk("wrong"));
    let stranger = Configuration { client, base_path, ..Default::default() };
    let (status, text) = refused!(rulesets_api::get_ruleset(&stranger, &id).await, Error::ResponseError);
    tally.hold("calls", "a wrong key is refused, with the reason", status == 401 && !text.is_empty());
    Ok(())
}
