import type { components, paths } from "../.out/types/essentials.js";
import { pages } from "../pages.js";
import { checks, collect, connect, credential, pagination, partialFailure, want } from "../sandbox.js";
import { signed, userPassword } from "../sign.js";

const domain = "example.com";

export async function calls() {
  const admin = credential("essentials", "user");
  const api = connect<paths>("/api/v1", signed(userPassword(admin, credential("essentials", "password"))));
  const stranger = connect<paths>("/api/v1", signed(userPassword(admin, "wrong")));
  const user = "jo@example.com", path = { domain, user };

  await checks("essentials", {
    "the header pair is accepted": async () => {
      const { data, response } = await api.GET("/me");
      want(response.status === 200 && data, "200 and the user", response.status);
    },
    "a wrong password is refused": async () => {
      const { response } = await stranger.GET("/me");
      want(response.status === 401 || response.status === 403, "401 or 403", response.status);
    },
    "pages by number, to the end": async () => {
      const { pages: n, elements } = await collect(pages(pagination("essentials", "listPartnerStats"), (query) => api.GET("/stats/{domain}/partner", { params: { path: { domain }, query } }), { period: "90d", page_size: 1 }));
      want(n > 0 && elements.length > 0, "elements", [n, elements.length]);
    },
    "create": async () => {
      const body: components["schemas"]["UserInput"][] = [{ primary_email: user, firstname: "Jo", type: "end_user" }];
      const { data, response } = await api.POST("/orgs/{domain}/users", { params: { path: { domain } }, body });
      want(response.status === 201 && data && "primary_email" in data && data.primary_email === user, "201 and the user", data);
    },
    "update": async () => {
      const before = await api.GET("/orgs/{domain}/users/{user}", { params: { path } });
      want(before.data?.firstname === "Jo", "the user that was created", before.data);
      const { response } = await api.PUT("/orgs/{domain}/users/{user}", { params: { path }, body: { primary_email: user, firstname: "Jo", surname: "Changed" } });
      want(response.ok, "a success", response.status);
      const after = await api.GET("/orgs/{domain}/users/{user}", { params: { path } });
      want(after.data?.surname === "Changed" && after.data.firstname === "Jo", "the change", after.data);
    },
    "delete": async () => {
      const { response } = await api.DELETE("/orgs/{domain}/users/{user}", { params: { path } });
      want(response.ok, "a success", response.status);
      const after = await api.GET("/orgs/{domain}/users/{user}", { params: { path } });
      want(after.response.status === 404 && after.error, "404 with a reason", after.response.status);
    },
    "a 207 names what failed": async () => {
      const { errors, identifier, message } = partialFailure("essentials", "createUsers");
      const { data, response } = await api.POST("/orgs/{domain}/users", { params: { path: { domain } }, headers: { Prefer: "example=ok-207" }, body: [{ primary_email: "sam@example.net" }, { primary_email: "kim@example.com" }] });
      const failed = (data as any)?.[errors];
      want(response.status === 207 && failed?.length > 0 && failed[0][identifier] && failed[0][message], "207 with who failed and why", data);
    },
    "a refusal has its message": async () => {
      const { error, response } = await api.GET("/orgs/{domain}/users/{user}", { params: { path: { domain, user: "nobody@example.com" } } });
      want(response.status === 404 && JSON.stringify(error).length > 4, "404 with a message", error);
    },
  });
}
