package calls;

import essentials.api.UsersApi;
import essentials.client.ApiClient;
import essentials.client.ApiException;
import essentials.client.JSON;
import essentials.model.Error;
import essentials.model.ErrorItem;
import essentials.model.StatsPage;
import essentials.model.UserBatch;
import essentials.model.UserInput;
import essentials.model.UserUpdateInput;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import proof.Tally;

public class Essentials implements Calls {
  private static final String DOMAIN = "example.com";

  @Override
  public void run(Sandbox sandbox, Tally tally) throws Exception {
    String service = new ApiClient().getBasePath();
    var http = Sandbox.client(Sandbox.headers("user-password", sandbox.account()::get));
    var lists = sandbox.lists(http, service);
    UsersApi users = new UsersApi(new ApiClient(http).setBasePath(sandbox.base(service)));

    List<StatsPage> one = lists.pages("listPartnerOrgStats", Map.of("domain", DOMAIN), Map.of("page_size", "1"), json -> JSON.deserialize(json, StatsPage.class));
    List<StatsPage> all = lists.pages("listPartnerOrgStats", Map.of("domain", DOMAIN), Map.of(), json -> JSON.deserialize(json, StatsPage.class));
    var stats = all.stream().flatMap(p -> p.getData().stream()).toList();
    tally.hold("calls", "page: the same statistics one by one and at once", one.size() > 1 && one.size() == stats.size() && one.stream().flatMap(p -> p.getData().stream()).toList().equals(stats));

    // 207 has another model than 201, and the generated method returns the one of 201 only.
    UserBatch batch;
    try (var answer = users.createUsersCall(DOMAIN, Stream.of("java-1", "java-2", "java-1").map(Essentials::user).toList(), null, true, null).execute()) {
      tally.hold("calls", "207: the status says that not all went well", answer.code() == 207);
      batch = JSON.deserialize(answer.body().string(), UserBatch.class);
    }
    tally.hold("calls", "207: two of three users are made", batch.getUsers().size() == 2);
    ErrorItem error = batch.getErrors().get(0);
    tally.hold("calls", "207: the third is named with its reason", batch.getErrors().size() == 1 && error.getIdentifier().equals("java-1@example.com") && error.getStatus() == 409);

    var made = users.createUsers(DOMAIN, List.of(user("java-3")), null, true);
    tally.hold("calls", "create: one user comes back as one", made.getPrimaryEmail().equals("java-3@example.com"));
    users.updateUser(DOMAIN, "java-3@example.com", new UserUpdateInput().primaryEmail("java-3@example.com").surname("Changed"), null);
    var changed = users.getUser(DOMAIN, "java-3@example.com", null, true);
    tally.hold("calls", "update: the change is there", changed.getSurname().equals("Changed") && changed.getFirstname().equals("Kim"));
    for (String name : List.of("java-1", "java-2", "java-3")) {
      users.deleteUser(DOMAIN, name + "@example.com", null);
    }
    ApiException gone = Refusal.of(ApiException.class, () -> users.getUser(DOMAIN, "java-3@example.com", null, true));
    Error reason = JSON.deserialize(gone.getResponseBody(), Error.class);
    tally.hold("calls", "delete: the user is gone, and the refusal says so", gone.getCode() == 404 && reason.getErrors().get(0).getErrorMessage().contains("java-3"));

    var stranger = Sandbox.client(Sandbox.headers("user-password", name -> name.equals("user") ? sandbox.account().get(name) : "wrong"));
    UsersApi refused = new UsersApi(new ApiClient(stranger).setBasePath(sandbox.base(service)));
    tally.hold("calls", "a wrong password is refused", Refusal.of(ApiException.class, () -> refused.listUsers(DOMAIN, null, true)).getCode() == 401);
  }

  private static UserInput user(String name) {
    return new UserInput().primaryEmail(name + "@example.com").firstname("Kim");
  }
}
