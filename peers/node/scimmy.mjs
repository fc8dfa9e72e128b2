// A SCIM 2.0 service made with scimmy and scimmy-routers: `scimmy.mjs PORT TOKEN`; it keeps its users in memory.
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const [port, token] = process.argv.slice(2);
const users = new Map();

SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);
SCIMMY.Resources.declare(SCIMMY.Resources.User)
  .ingress((resource, data) => {
    const id = resource.id ?? String(users.size + 1);
    users.set(id, { ...data, id });
    return users.get(id);
  })
  .egress((resource) => {
    if (resource.id) return users.get(resource.id) ?? Promise.reject(new SCIMMY.Types.Error(404, null, "not there"));
    const all = [...users.values()];
    return resource.filter ? resource.filter.match(all) : all;
  })
  .degress((resource) => users.delete(resource.id));

const app = express();
app.use(
  "/v2",
  new SCIMMYRouters({
    type: "bearer",
    handler: (request) => {
      if (request.header("Authorization") !== `Bearer ${token}`) throw new Error("not authorized");
      return "peer";
    },
  }),
);
app.listen(Number(port), "127.0.0.1");
