// Starts Swagger UI over our own schema. A session's calls carry the CSRF token; a key is typed under “Authorize”.
const place = document.getElementById("swagger");
const token = document.body.getAttribute("hx-headers");
window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  validatorUrl: null,
  requestInterceptor(request) {
    if (token) Object.assign(request.headers, JSON.parse(token));
    return request;
  },
});
