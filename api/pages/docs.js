// This Swagger UI asks for OpenAPI 3.0 by its number; it shows what 3.1 adds.
fetch("/openapi.json")
  .then((answer) => answer.json())
  .then((spec) => SwaggerUIBundle({ spec: { ...spec, openapi: "3.0.3" }, dom_id: "#calls", deepLinking: true }));
