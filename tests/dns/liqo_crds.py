"""What an API server takes of ForeignClusters and Secrets, after the CRDs of Liqo 0.2 to 0.10: the
types, enums, patterns and required fields of each version. A field that is not here is refused, as
`kubectl --validate=strict` does. Knows nothing of the program that is tested."""

import re
from dataclasses import dataclass, field

GROUP = "discovery.liqo.io/v1alpha1"
_URL = r"https://[-a-zA-Z0-9@:%._+~#=]{1,256}\.[a-zA-Z0-9()]{1,6}\b"  # found anywhere in the text
_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_LABEL_VALUE = r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?"


@dataclass(frozen=True)
class Field:
    type: type = str
    required: bool = False
    enum: tuple = ()
    pattern: str = ""
    fields: dict = field(default_factory=dict)


def _identity(*required):
    return Field(dict, fields={name: Field(required=name in required)
                               for name in ("clusterID", "clusterName")})


_SWITCH = Field(enum=("Auto", "No", "Yes"))
_V02 = {
    "clusterIdentity": _identity("clusterID"), "namespace": Field(), "join": Field(bool),
    "discoveryType": Field(enum=("LAN", "WAN", "Manual", "IncomingPeering")),
    "authUrl": Field(required=True), "trustMode": Field(enum=("Unknown", "Trusted", "Untrusted"))}
_V030 = {
    "clusterIdentity": _identity("clusterID"), "outgoingPeeringEnabled": _SWITCH,
    "incomingPeeringEnabled": _SWITCH, "foreignAuthUrl": Field(required=True, pattern=_URL),
    "insecureSkipTLSVerify": Field(bool), "ttl": Field(int)}
_V031 = {**_V030, "foreignProxyUrl": Field()}
_V032 = {**_V031, "clusterIdentity": _identity("clusterID", "clusterName")}
_V05 = {**_V032, "networkingEnabled": Field(enum=("No", "Yes"))}
_V06 = {**_V032, "peeringType": Field(enum=("OutOfBand", "InBand"))}

# The spec of each version that takes a ForeignCluster made by hand.
SPECS = {"0.2": _V02, "0.2.1": _V02, "0.3.0": _V030, "v0.3.1": _V031, "0.3.2": _V032, "0.3": _V032,
         "0.4.0": _V032, "0.5": _V05, "0.5.4": _V05, "0.6": _V06, "0.7.2": _V06, "0.8": _V06,
         "0.9.4": _V06, "0.10": _V06, "v0.10.3": _V06}
# From these on Liqo makes objects of the cluster's name, which must be a label.
NAMED = {version for version, spec in SPECS.items()
         if spec["clusterIdentity"].fields["clusterName"].required}


def complaints(version, document):
    """What the API server of that version would say against a document; nothing: it takes it."""
    if document.get("kind") == "Secret":
        yield from _secret(document)
    else:
        yield from _foreign_cluster(version, document)


def _foreign_cluster(version, document):
    yield from _known(document, {"apiVersion", "kind", "metadata", "spec"})
    if (document.get("apiVersion"), document.get("kind")) != (GROUP, "ForeignCluster"):
        yield f"{document.get('apiVersion')} {document.get('kind')} is no ForeignCluster"
    yield from _metadata(document.get("metadata", {}), {"name", "labels"})
    yield from _object("spec", document.get("spec", {}), SPECS[version])
    identity = document.get("spec", {}).get("clusterIdentity", {})
    identity = identity if isinstance(identity, dict) else {}
    name = identity.get("clusterName")
    if version in NAMED and not (isinstance(name, str) and re.fullmatch(_LABEL, name)):
        yield f"clusterName {name!r} is no label"
    if version in NAMED and document.get("metadata", {}).get("name") != name:
        yield "Liqo would not find it: metadata.name is not the cluster's name"
    label = document.get("metadata", {}).get("labels", {}).get("discovery.liqo.io/cluster-id")
    if label != identity.get("clusterID"):
        yield f"the label names {label!r}"


def _secret(document):
    yield from _known(document, {"apiVersion", "kind", "metadata", "stringData"})
    if document.get("apiVersion") != "v1":
        yield "a Secret is of v1"
    metadata = document.get("metadata", {})
    yield from _metadata(metadata, {"name", "namespace", "labels"})
    labels = metadata.get("labels", {})
    if labels.get("discovery.liqo.io/auth-token") != "":
        yield "Liqo would not find it: no label auth-token"
    if metadata.get("name") != f"remote-token-{labels.get('discovery.liqo.io/cluster-id')}":
        yield f"Liqo would not find it: it is called {metadata.get('name')}"
    yield from _object("stringData", document.get("stringData", {}), {"token": Field(required=True)})


def _metadata(metadata, known):
    yield from _known(metadata, known)
    name = metadata.get("name")
    if not isinstance(name, str) or len(name) > 253 or \
            not re.fullmatch(rf"{_LABEL}(\.{_LABEL})*", name):
        yield f"metadata.name {name!r}"
    for key, value in metadata.get("labels", {}).items():
        if not isinstance(value, str) or not re.fullmatch(_LABEL_VALUE, value):
            yield f"label {key}: {value!r}"


def _object(path, value, fields):
    if not isinstance(value, dict):
        yield f"{path} is a {type(value).__name__}"
        return
    yield from _known(value, fields.keys())
    for name, rule in fields.items():
        if name in value:
            yield from _value(f"{path}.{name}", value[name], rule)
        elif rule.required:
            yield f"{path}.{name} is missing"


def _value(path, value, rule):
    if type(value) is not rule.type:  # not isinstance(): a bool is no int
        yield f"{path} is a {type(value).__name__}: {value!r}"
    elif rule.enum and value not in rule.enum:
        yield f"{path} is none of {rule.enum}: {value!r}"
    elif rule.pattern and not re.search(rule.pattern, value, re.ASCII):
        yield f"{path} does not match: {value!r}"
    elif rule.fields:
        yield from _object(path, value, rule.fields)


def _known(value, known):
    for name in value:
        if name not in known:
            yield f"unknown field {name}"
