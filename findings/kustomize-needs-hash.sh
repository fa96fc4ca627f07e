#!/bin/sh
# kustomize 5.8.1: the annotation kustomize.config.k8s.io/needs-hash, which gives the output of a generator plugin a hash in
# its name, does nothing on a ConfigMap among `resources`: no hash, no warning, exit 0, and the annotation is left in the
# output, for the cluster.
#
# Guessed: the name gets a hash, or the annotation is refused. Seen, 2026-11-28: the file comes out as it went in.
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
GOBIN="$folder" GOPATH="$folder/go" go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.1

cat >settings.yaml <<'YAML'
apiVersion: v1
data:
  A: "1"
kind: ConfigMap
metadata:
  annotations:
    kustomize.config.k8s.io/needs-hash: "true"
  name: settings
YAML
echo 'resources: [settings.yaml]' >kustomization.yaml
./kustomize build . >seen.yaml 2>warnings
cat seen.yaml
cmp settings.yaml seen.yaml
[ ! -s warnings ]
