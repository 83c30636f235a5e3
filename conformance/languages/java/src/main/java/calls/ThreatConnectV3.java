package calls;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import proof.Tally;
import threat.Credentials;
import threatconnectv3.api.GroupsApi;
import threatconnectv3.client.ApiClient;
import threatconnectv3.client.ApiException;
import threatconnectv3.client.JSON;
import threatconnectv3.model.ErrorReply;
import threatconnectv3.model.FieldOptionPage;
import threatconnectv3.model.Group;
import threatconnectv3.model.GroupInput;
import threatconnectv3.model.GroupPage;
import threatconnectv3.model.GroupUpdateInput;
import threatconnectv3.model.TagItemInput;
import threatconnectv3.model.TagListInput;

public class ThreatConnectV3 implements Calls {
  @Override
  public void run(Sandbox sandbox, Tally tally) throws Exception {
    String service = new ApiClient().getBasePath();
    String access = sandbox.account().get("Access ID");
    var http = Sandbox.client(Credentials.threatConnect(access, sandbox.account().get("Secret Key")));
    var lists = sandbox.lists(http, service);
    GroupsApi groups = new GroupsApi(new ApiClient(http).setBasePath(sandbox.base(service)));

    String tql = "typeName in (\"Adversary\", \"Report\")";
    var one = ids(lists.pages("listGroups", Map.of(), Map.of("tql", tql, "resultLimit", "1"), json -> JSON.deserialize(json, GroupPage.class)));
    var all = ids(lists.pages("listGroups", Map.of(), Map.of("tql", tql), json -> JSON.deserialize(json, GroupPage.class)));
    tally.hold("calls", "offset: the same groups one by one and at once", one.size() > 1 && one.equals(all));
    List<FieldOptionPage> fields = lists.pages("listObjectFields", Map.of("object", "indicators"), Map.of(), json -> JSON.deserialize(json, FieldOptionPage.class));
    tally.hold("calls", "single: the fields of indicators", fields.size() == 1 && !fields.get(0).getData().isEmpty());

    GroupInput report = new GroupInput().name("Report of the 100%").type("Document").fileName("report.txt").tags(new TagListInput().addDataItem(new TagItemInput().name("java & ümlaut")));
    var made = groups.createGroup(report, List.of("tags"), "Example Community", null);
    String id = made.getData().getId().toString();
    tally.hold("calls", "create: a group, with an owner whose name is escaped in the signed query", made.getStatus().equals("Success"));
    groups.updateGroup(id, new GroupUpdateInput().name("Report, again"), null, null, null);
    tally.hold("calls", "update: the change is there", groups.getGroup(id, null, null, null).getData().getName().equals("Report, again"));

    Path file = Files.createTempFile("report", ".txt");
    Files.writeString(file, "line\n".repeat(10_000));
    var sent = groups.uploadGroupFile(id, file.toFile(), "report.txt", true, null);
    tally.hold("calls", "upload: a file", sent.getStatus().equals("Success"));
    Path back = groups.downloadGroupFile(id, null).toPath();
    tally.hold("calls", "download: the same file", Files.mismatch(file, back) == -1);
    Files.delete(file);
    Files.delete(back);

    groups.deleteGroup(id, null, null);
    ApiException gone = Refusal.of(ApiException.class, () -> groups.getGroup(id, null, null, null));
    ErrorReply reason = JSON.deserialize(gone.getResponseBody(), ErrorReply.class);
    tally.hold("calls", "delete: the group is gone, and the refusal says so", gone.getCode() == 404 && reason.getMessage().contains(id));

    GroupsApi stranger = new GroupsApi(new ApiClient(Sandbox.client(Credentials.threatConnect(access, "wrong"))).setBasePath(sandbox.base(service)));
    ApiException refused = Refusal.of(ApiException.class, stranger::listEventTypeCategories);
    tally.hold("calls", "a wrong key is refused, with the reason", refused.getCode() == 401 && refused.getResponseBody().contains("ignature"));
    var token = Sandbox.client(Sandbox.headers("token", name -> sandbox.account().get("or API token")));
    var seen = new GroupsApi(new ApiClient(token).setBasePath(sandbox.base(service))).listGroups(tql, null, null, 1L, null, null, null, null);
    tally.hold("calls", "a token lets in, too", seen.getData().size() == 1);
  }

  private static List<Long> ids(List<GroupPage> pages) {
    return pages.stream().map(GroupPage::getData).filter(Objects::nonNull).flatMap(List::stream).map(Group::getId).toList();
  }
}
