use super::{Outcome, Sandbox, headers, read, refused};
use crate::{proof::Tally, signing::Credentials};
use threatconnectv3::{
    apis::{Error, configuration::Configuration, groups_api},
    models,
};

pub async fn run(sandbox: &Sandbox, tally: &mut Tally) -> Outcome {
    let service = Configuration::default().base_path;
    let hmac = |key: &str| Credentials::ThreatConnect { access_id: sandbox.account("Access ID").into(), secret_key: key.into() };
    let (client, base_path) = sandbox.client(&service, hmac(sandbox.account("Secret Key")));
    let lists = sandbox.lists(&client, &base_path);
    let config = Configuration { client, base_path, ..Default::default() };

    let two = lists.pages::<models::GroupPage>("listGroups", &[], &[("resultLimit", "2")]).await?;
    let all = lists.pages::<models::GroupPage>("listGroups", &[], &[]).await?;
    let ids = |pages: &[models::GroupPage]| pages.iter().flat_map(|p| p.data.clone().unwrap_or_default()).map(|g| g.id).collect::<Vec<_>>();
    tally.hold("calls", "offset: the same groups by twos and at once", two.len() > 1 && ids(&two) == ids(&all));
    let fields = lists.pages::<models::FieldOptionPage>("listObjectFields", &[("object", "indicators")], &[]).await?;
    tally.hold("calls", "single: the fields of indicators", fields.len() == 1);

    let tags =
        models::TagListInput { data: vec![models::TagItemInput { name: Some("rust & ümlaut".into()), ..Default::default() }], ..Default::default() };
    let new = models::GroupInput {
        tags: Some(Box::new(tags)),
        file_name: Some("report.txt".into()),
        ..models::GroupInput::new("Report of the 100%".into(), "Document".into())
    };
    let made = read!(groups_api::create_group(&config, new, Some(vec!["tags".into()]), Some("Example Community"), None).await?, 201, models::GroupReply);
    let id = made.data.and_then(|g| g.id).ok_or("a group without an id")?.to_string();
    tally.hold("calls", "create: a group, with an owner whose name is escaped in the signed query", made.status.as_deref() == Some("Success"));
    let change = models::GroupUpdateInput { name: Some("Report, again".into()), ..Default::default() };
    groups_api::update_group(&config, &id, change, None, None, None).await?;
    let changed = read!(groups_api::get_group(&config, &id, None, None, None).await?, 200, models::GroupReply);
    tally.hold("calls", "update: the change is there", changed.data.is_some_and(|g| g.name.as_deref() == Some("Report, again")));

    let content = "line\n".repeat(10_000);
    let file = std::env::temp_dir().join(format!("report-{id}.txt"));
    std::fs::write(&file, &content)?;
    let sent = groups_api::upload_group_file(&config, &id, file.clone(), Some("report.txt"), Some(true), None).await;
    std::fs::remove_file(&file)?;
    tally.hold("calls", "upload: a file", sent?.status.is_success());
    let back = groups_api::download_group_file(&config, &id, None).await?.bytes().await?;
    tally.hold("calls", "download: the same file", back == content.as_bytes());

    groups_api::delete_group(&config, &id, None, None).await?;
    let (status, text) = refused!(groups_api::get_group(&config, &id, None, None, None).await, Error::ResponseError);
    let reason: models::ErrorReply = serde_json::from_str(&text)?;
    tally.hold("calls", "delete: the group is gone, and the refusal says so", status == 404 && reason.message.is_some_and(|m| m.contains(&id)));

    let (client, base_path) = sandbox.client(&service, hmac("wrong"));
    let stranger = Configuration { client, base_path, ..Default::default() };
    let (status, text) = refused!(groups_api::list_event_type_categories(&stranger).await, Error::ResponseError);
    tally.hold("calls", "a wrong key is refused, with the reason", status == 401 && text.contains("ignature"));
    let (client, base_path) = sandbox.client(&service, headers("token", |_| sandbox.account("or API token")));
    let token = Configuration { client, base_path, ..Default::default() };
    let seen = groups_api::list_groups(&token, Some("typeName in (\"Adversary\")"), None, None, Some(1), None, None, None, None).await?;
    tally.hold("calls", "a token lets in, too", read!(seen, 200, models::GroupPage).data.is_some_and(|g| g.len() == 1));
    Ok(())
}
