# All images, for both architectures:  docker buildx bake -f infra/docker/docker-bake.hcl
# Print the plan without building:     docker buildx bake -f infra/docker/docker-bake.hcl --print
# One service, into the local engine:  docker buildx bake -f infra/docker/docker-bake.hcl local --set '*.output=type=docker'
#
# Each variable can be set in the environment. Several platforms and attestations need a builder of the docker-container
# driver; the arm64 compile cache needs an arm64 node in that builder, or emulation.

# Written by ./keel generate, from services.yaml.
variable "SERVICES" { default = "api-gateway,auth-service,user-service" }
variable "SIDECARS" { default = "config-reloader" }
# A prefix for every base image name, with a trailing slash: a mirror of the registries.
variable "REGISTRY" { default = "" }
variable "NODE_IMAGE" { default = "${REGISTRY}node:26-trixie-slim" }
variable "DISTROLESS_IMAGE" { default = "${REGISTRY}gcr.io/distroless/nodejs26-debian13:nonroot" }
variable "NPM_CONFIG_REGISTRY" { default = "" }
# A prefix for the name of every built image, for example "ghcr.io/you/".
variable "IMAGE_PREFIX" { default = "evenkeel/" }
variable "VERSION" { default = "local" }
variable "REVISION" { default = "unknown" }
variable "SOURCE" { default = "" }

group "default" { targets = ["image"] }
group "local" { targets = ["image-local"] }

function "names" {
  params = [list]
  result = compact(split(",", list))
}

target "common" {
  context    = "."
  dockerfile = "infra/docker/Dockerfile"
  args = {
    NODE_IMAGE          = NODE_IMAGE
    DISTROLESS_IMAGE    = DISTROLESS_IMAGE
    NPM_CONFIG_REGISTRY = NPM_CONFIG_REGISTRY
    VERSION             = VERSION
    REVISION            = REVISION
    SOURCE              = SOURCE
  }
}

# For publishing: with a bill of materials and provenance.
target "image" {
  inherits  = ["common"]
  name      = image
  matrix    = { image = concat(names(SERVICES), names(SIDECARS)) }
  target    = contains(names(SIDECARS), image) ? "sidecar" : "prod"
  args      = { SERVICE = image }
  tags      = ["${IMAGE_PREFIX}${image}:${VERSION}"]
  platforms = ["linux/amd64", "linux/arm64"]
  attest    = ["type=sbom", "type=provenance,mode=max"]
}

# For this machine only, without attestations: works with any builder.
target "image-local" {
  inherits = ["common"]
  name     = "${image}-local"
  matrix   = { image = concat(names(SERVICES), names(SIDECARS)) }
  target   = contains(names(SIDECARS), image) ? "sidecar" : "prod"
  args     = { SERVICE = image }
  tags     = ["${IMAGE_PREFIX}${image}:${VERSION}"]
}
