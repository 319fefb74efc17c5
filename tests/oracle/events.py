# SPDX-License-Identifier: Apache-2.0
"""CloudTrail events out of files, as rows of the tables that AWS documents for them.

    events = load(["/logs"])
    table = Table(events, "athena")     # or "lake"
    table.names                         # ("eventversion", "useridentity", ...)
    table.frame(events[0])["eventname"]

Plain and slow on purpose: every file is read as a whole, every record is a tree.
"""
import gzip
import os

from sql_values import Map, Number, Object, Row, Timestamp, dump_json, load_json, parse_timestamp
from sql_values import SqlError


def load(paths):
    """[(event, path)] of all files below the paths, in the order of their names."""
    events = []
    for path in paths:
        if os.path.isdir(path):
            for folder, folders, files in os.walk(path):
                folders.sort()
                for name in sorted(files):
                    events += load_file(os.path.join(folder, name))
        else:
            events += load_file(path)
    return events


def load_file(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    text = data.decode("utf-8-sig")
    try:
        documents = [load_json(text)]
    except ValueError:
        documents = []
        for line in text.splitlines():
            if line.strip():
                documents.append(load_json(line))
    found = []
    for document in documents:
        records = [document]
        if isinstance(document, list):
            records = document
        elif isinstance(document, Object) and isinstance(document.get("Records"), list):
            records = document.get("Records")
        found += [(r, path) for r in records if isinstance(r, Object) and r.has("eventSource")]
    return found


def text_of(value):
    """A value in a column of strings."""
    if value is None or (isinstance(value, str) and not isinstance(value, Number)):
        return value
    return dump_json(value)


IDENTITY = (
    ("type", "type"), ("principalid", "principalId"), ("arn", "arn"), ("accountid", "accountId"),
    ("invokedby", "invokedBy"), ("accesskeyid", "accessKeyId"), ("username", "userName"),
    ("onbehalfof", "onBehalfOf", (("userid", "userId"), ("identitystorearn", "identityStoreArn"))),
    ("sessioncontext", "sessionContext", (
        ("attributes", "attributes", (("mfaauthenticated", "mfaAuthenticated"),
                                      ("creationdate", "creationDate"))),
        ("sessionissuer", "sessionIssuer", (
            ("type", "type"), ("principalid", "principalId"), ("arn", "arn"),
            ("accountid", "accountId"), ("username", "userName"))),
        ("ec2roledelivery", "ec2RoleDelivery"),
        ("webidfederationdata", "webIdFederationData", (
            ("federatedprovider", "federatedProvider"), ("attributes", "attributes", Map))),
        ("sourceidentity", "sourceIdentity"), ("assumedroot", "assumedRoot"),
        ("signinsessionarn", "signInSessionArn"), ("ec2issuedinvpc", "ec2IssuedInVpc"))),
    ("identityprovider", "identityProvider"), ("credentialid", "credentialId"),
    ("invokedbydelegate", "invokedByDelegate", (("accountid", "accountId"),)),
    ("inscopeof", "inScopeOf", (
        ("sourcearn", "sourceArn"), ("sourceaccount", "sourceAccount"),
        ("issuertype", "issuerType"), ("credentialsissuedto", "credentialsIssuedTo"))))
RESOURCE = (("arn", "ARN"), ("accountid", "accountId"), ("type", "type"),
            ("arnprefix", "ARNPrefix"))
ADDENDUM = (("reason", "reason"), ("updatedfields", "updatedFields"),
            ("originalrequestid", "originalRequestID"), ("originaleventid", "originalEventID"))
TLS = (("tlsversion", "tlsVersion"), ("ciphersuite", "cipherSuite"),
       ("clientprovidedhostheader", "clientProvidedHostHeader"), ("keyexchange", "keyExchange"))


def member(value, spec):
    """One column or member by its spec: (name, key[, members])."""
    inner = value.get(spec[1]) if isinstance(value, Object) else None
    if len(spec) == 2:
        return text_of(inner)
    if spec[2] is Map:
        return map_of(inner)
    return struct_of(inner, spec[2])


def struct_of(value, members):
    if not isinstance(value, Object):
        return None
    return Row(tuple(m[0] for m in members), [member(value, m) for m in members])


def map_of(value):
    if not isinstance(value, Object):
        return None
    return Map([(k, text_of(v)) for k, v in value.pairs])


def boolean_of(value):
    text = text_of(value)
    return {"true": True, "false": False}.get(text)


def moment_of(value):
    text = text_of(value)
    try:
        moment = parse_timestamp((text or "").replace("T", " ", 1))
        return Timestamp(moment.us)
    except SqlError:
        return None


def account_of(event):
    identity = event.get("userIdentity")
    issuer = None
    if isinstance(identity, Object):
        session = identity.get("sessionContext")
        if isinstance(session, Object) and isinstance(session.get("sessionIssuer"), Object):
            issuer = session.get("sessionIssuer").get("accountId")
        identity = identity.get("accountId")
    else:
        identity = None
    for account in (event.get("recipientAccountId"), identity, issuer):
        if account is not None:
            return text_of(account)
    return None


def part(begin, end):
    def of(event):
        text = text_of(event.get("eventTime"))
        return None if text is None or moment_of(text) is None else text[begin:end]
    return of


def day_path(event):
    text = part(0, 10)(event)
    return None if text is None else text.replace("-", "/")


def key(name):
    return lambda event: text_of(event.get(name))


def struct(name, members):
    return lambda event: struct_of(event.get(name), members)


def resources_of(event):
    listed = event.get("resources")
    if not isinstance(listed, list):
        return None
    return [struct_of(item, RESOURCE) for item in listed]


# What `select *` shows, in order.
ATHENA = {
    "eventversion": key("eventVersion"), "useridentity": struct("userIdentity", IDENTITY),
    "eventtime": key("eventTime"), "eventsource": key("eventSource"),
    "eventname": key("eventName"), "awsregion": key("awsRegion"),
    "sourceipaddress": key("sourceIPAddress"), "useragent": key("userAgent"),
    "errorcode": key("errorCode"), "errormessage": key("errorMessage"),
    "requestparameters": key("requestParameters"), "responseelements": key("responseElements"),
    "additionaleventdata": key("additionalEventData"), "requestid": key("requestID"),
    "eventid": key("eventID"), "resources": resources_of, "eventtype": key("eventType"),
    "apiversion": key("apiVersion"), "readonly": key("readOnly"),
    "recipientaccountid": key("recipientAccountId"),
    "serviceeventdetails": key("serviceEventDetails"), "sharedeventid": key("sharedEventID"),
    "vpcendpointid": key("vpcEndpointId"), "vpcendpointaccountid": key("vpcEndpointAccountId"),
    "eventcategory": key("eventCategory"), "addendum": struct("addendum", ADDENDUM),
    "sessioncredentialfromconsole": key("sessionCredentialFromConsole"),
    "edgedevicedetails": key("edgeDeviceDetails"), "tlsdetails": struct("tlsDetails", TLS),
    "managementevent": key("managementEvent"), "annotation": key("annotation"),
    "insightdetails": key("insightDetails"), "eventcontext": key("eventContext"),
}
# The partitions of the organization's table; Lake has none, but they can be asked for.
PARTITIONS = {
    "account": account_of, "region": key("awsRegion"), "year": part(0, 4), "month": part(5, 7),
    "day": part(8, 10),
}
# What can be asked for by name.
HIDDEN = {
    "sourceip": key("sourceIPAddress"),
    "region_partition": key("awsRegion"), "account_partition": account_of, "timestamp": day_path,
    "date_partition": day_path, "ts": lambda event: moment_of(event.get("eventTime")),
    "eventjson": dump_json,
    # Only Lake knows the checksum of its own copy.
    "eventjsonchecksum": lambda event: None,
}
MAPS = ("requestparameters", "responseelements", "additionaleventdata", "serviceeventdetails",
        "addendum", "edgedevicedetails", "insightdetails")
KEYS = {"requestparameters": "requestParameters", "responseelements": "responseElements",
        "additionaleventdata": "additionalEventData", "serviceeventdetails": "serviceEventDetails",
        "addendum": "addendum", "edgedevicedetails": "edgeDeviceDetails",
        "insightdetails": "insightDetails"}


def lake_columns():
    columns = dict(ATHENA)
    columns["eventtime"] = lambda event: moment_of(event.get("eventTime"))
    columns["readonly"] = lambda event: boolean_of(event.get("readOnly"))
    columns["managementevent"] = lambda event: boolean_of(event.get("managementEvent"))
    for name in MAPS:
        columns[name] = lambda event, k=KEYS[name]: map_of(event.get(k))
    columns["useridentity"] = lake_identity
    return columns


def lake_identity(event):
    row = struct_of(event.get("userIdentity"), IDENTITY)
    session = row.field("sessioncontext") if row else None
    attributes = session.field("attributes") if session else None
    if attributes:
        at = attributes.names.index("creationdate")
        attributes.values[at] = moment_of(attributes.values[at])
    return row


class Frame:
    """One event as a row; a column is worked out when it is asked for."""

    __slots__ = ("event", "table", "known")

    def __init__(self, event, table):
        self.event, self.table, self.known = event, table, {}

    def __getitem__(self, at):
        if at not in self.known:
            self.known[at] = self.table.readers[at](self.event)
        return self.known[at]


class Table:
    """The events as a table of a dialect."""

    def __init__(self, events, dialect="athena"):
        shown = {**ATHENA, **PARTITIONS} if dialect == "athena" else lake_columns()
        hidden = {n: r for n, r in {**PARTITIONS, **HIDDEN}.items() if n not in shown}
        self.names = tuple(shown) + tuple(hidden)
        self.stars = len(shown)
        self.readers = list(shown.values()) + list(hidden.values())
        self.frames = [Frame(event, self) for event, _ in events]
