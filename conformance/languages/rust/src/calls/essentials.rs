use super::{Outcome, Sandbox, headers, read, refused};
use crate::proof::Tally;
use essentials::{
    apis::{Error, configuration::Configuration, users_api},
    models,
};

pub async fn run(sandbox: &Sandbox, tally: &mut Tally) -> Outcome {
    let service = Configuration::default().base_path;
    let (client, base_path) = sandbox.client(&service, headers("user-password", |name| sandbox.account(name)));
    let lists = sandbox.lists(&client, &base_path);
    let config = Configuration { client, base_path, ..Default::default() };
    let domain = "example.com";

    let one = lists.pages::<models::StatsPage>("listPartnerOrgStats", &[("domain", domain)], &[("page_size", "1")]).await?;
    let all = lists.pages::<models::StatsPage>("listPartnerOrgStats", &[("domain", domain)], &[]).await?;
    let count = |pages: &[models::StatsPage]| pages.iter().flat_map(|p| p.data.clone().flatten().unwrap_or_default()).count();
    tally.hold("calls", "page: the same statistics one by one and at once", count(&one) == one.len() && one.len() > 1 && count(&one) == count(&all));

    let user = |name: &str| models::UserInput { firstname: Some("Kim".into()), ..models::UserInput::new(format!("{name}@example.com")) };
    let made = users_api::create_users(&config, domain, vec![user("rust-1"), user("rust-2"), user("rust-1")], None, Some(true)).await?;
    let made = read!(made, 207, models::UserBatch);
    let errors = made.errors.flatten().unwrap_or_default();
    tally.hold("calls", "207: two of three users are made", made.users.flatten().is_some_and(|u| u.len() == 2));
    tally.hold(
        "calls",
        "207: the third is named with its reason",
        errors.len() == 1 && errors[0].identifier == Some(Some("rust-1@example.com".into())) && errors[0].status == Some(409),
    );

    let made = users_api::create_users(&config, domain, vec![user("rust-3")], None, Some(true)).await?;
    let made = read!(made, 201, models::User);
    tally.hold("calls", "create: one user comes back as one", made.primary_email.as_deref() == Some("rust-3@example.com"));
    let change = models::UserUpdateInput { surname: Some("Changed".into()), ..models::UserUpdateInput::new("rust-3@example.com".into()) };
    users_api::update_user(&config, domain, "rust-3@example.com", change, None).await?;
    let changed = read!(users_api::get_user(&config, domain, "rust-3@example.com", None, Some(true)).await?, 200, models::User);
    tally.hold("calls", "update: the change is there", changed.surname.as_deref() == Some("Changed") && changed.firstname.as_deref() == Some("Kim"));
    for name in ["rust-1", "rust-2", "rust-3"] {
        users_api::delete_user(&config, domain, &format!("{name}@example.com"), None).await?;
    }
    let (status, text) = refused!(users_api::get_user(&config, domain, "rust-3@example.com", None, Some(true)).await, Error::ResponseError);
    let reason: models::Error = serde_json::from_str(&text)?;
    tally.hold(
        "calls",
        "delete: the user is gone, and the refusal says so",
        status == 404 && reason.errors.flatten().is_some_and(|e| e[0].error_message.clone().flatten().is_some_and(|m| m.contains("rust-3"))),
    );

    let (client, base_path) = sandbox.client(&service, headers("user-password", |name| if name == "user" { sandbox.account(name) } else { "wrong" }));
    let stranger = Configuration { client, base_path, ..Default::default() };
    let (status, _) = refused!(users_api::list_users(&stranger, domain, None, Some(true)).await, Error::ResponseError);
    tally.hold("calls", "a wrong password is refused", status == 401);
    Ok(())
}
