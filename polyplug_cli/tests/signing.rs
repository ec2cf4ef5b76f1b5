//! Keys, signatures and the trust store, as a person uses them.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// An empty folder to work in, with a home of its own.
struct Desk(TempDir);

impl Desk {
    /// With the key `studio`, and the bundles `mods/greeter` 1.4.0 and `mods/score` 0.0.0.
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.write("mods/greeter/manifest.toml", manifest("greeter", "version = \"1.4.0\"\n"));
        desk.write("mods/greeter/main.lua", source("greeter"));
        desk.write("mods/greeter/lib/words.lua", "return {}\n");
        desk.write("mods/score/manifest.toml", manifest("score", ""));
        desk.write("mods/score/main.lua", source("score"));
        desk.good("keygen studio");
        desk
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_polyplug"));
        command.args(line.split(' ')).current_dir(self.0.path()).stdin(Stdio::null());
        command.env_remove("POLYPLUG_TRUST_STORE").env_remove("XDG_CONFIG_HOME");
        command.env("HOME", self.path("home")).env("APPDATA", self.path("home"));
        command
    }

    /// What a command that goes well writes.
    #[track_caller]
    fn good(&self, line: &str) -> String {
        let output = self.command(line).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{line}: {}", err(&output));
        assert_eq!(err(&output), "", "{line}");
        out(&output)
    }

    /// What a command that fails says.
    #[track_caller]
    fn bad(&self, line: &str) -> String {
        let output = self.command(line).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{line}: {}", out(&output));
        assert_eq!(out(&output), "", "{line}");
        err(&output)
    }

    #[track_caller]
    fn json(&self, line: &str) -> Value {
        let output = self.command(line).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The id of the key `studio`.
    fn id(&self) -> String {
        let signature = self.read("mods/greeter/bundle.sig");
        signature.lines().nth(1).unwrap().strip_prefix("key ").unwrap().to_owned()
    }
}

fn manifest(name: &str, more: &str) -> String {
    format!("name = \"{name}\"\nloader = \"lua\"\nfile = \"main.lua\"\n{more}")
}

/// A bundle that provides `test.NAME@1`.
fn source(name: &str) -> String {
    format!(
        "function polyplug_init(host, context)
  local entry = {{ factory = function() return {{}} end, functions = {{ [0] = function() end }} }}
  return {{ ['test.{name}'] = entry }}, {{ code = 0 }}
end
"
    )
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_bundle_is_signed_and_verified() {
    let desk = Desk::new();
    let said = desk.good("sign mods/greeter --key studio.key");
    let id = desk.id();
    let expected = format!("signed greeter 1.4.0  3 files  by {id}  mods/greeter/bundle.sig\n");
    assert_eq!(said, expected);
    let said = desk.good("verify mods/greeter --key studio.pub");
    assert_eq!(said, format!("good: greeter 1.4.0  3 files  signed by {id}  mods/greeter\n"));
    let signed = desk.read("mods/greeter/bundle.sig");
    assert_eq!(
        signed.lines().take(4).collect::<Vec<_>>(),
        ["polyplug bundle signature 1", &format!("key {id}"), "bundle greeter", "version 1.4.0"]
    );
}

#[test]
fn keygen_writes_both_halves_and_prints_one() {
    let desk = Desk::new();
    let said = desk.good("keygen ada --out keys");
    assert!(said.contains("keys/ada.key  the secret key"), "{said}");
    assert!(said.contains("next: polyplug sign BUNDLE --key keys/ada.key\n"), "{said}");
    let secret = desk.read("keys/ada.key");
    assert!(secret.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    assert!(!said.contains(secret.lines().nth(1).unwrap()), "it is never printed");
    assert!(desk.read("keys/ada.pub").starts_with("-----BEGIN PUBLIC KEY-----\n"));
    let key = said.split_whitespace().find(|word| word.starts_with("ed25519:")).unwrap();
    desk.good("sign mods --key keys/ada.key");
    desk.good(&format!("verify mods --key {key}"));
}

#[test]
#[cfg(unix)]
fn a_secret_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let key = desk.path("studio.key");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    fs::rename(&key, desk.path("open.key")).unwrap();
    fs::set_permissions(desk.path("open.key"), fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(
        desk.bad("sign mods --key open.key"),
        "error: open.key: others can read this secret key; make it yours alone: chmod 600 open.key\n"
    );
    assert!(!desk.path("mods/greeter/bundle.sig").exists());
}

#[test]
fn keygen_overwrites_nothing() {
    let desk = Desk::new();
    let (secret, public) = (desk.read("studio.key"), desk.read("studio.pub"));
    assert!(desk.bad("keygen studio").contains("is there already; nothing was written"));
    fs::rename(desk.path("studio.pub"), desk.path("away.pub")).unwrap();
    assert!(desk.bad("keygen studio").contains("studio.key is there already; nothing was written"));
    assert!(!desk.path("studio.pub").exists(), "a half that belongs to nothing");
    assert_eq!((desk.read("studio.key"), desk.read("away.pub")), (secret, public));
    for name in ["a/b", ".a", "a.key", "a.pub", ""] {
        let output = desk.command("keygen").arg(name).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}: {}", err(&output));
    }
}

#[test]
fn a_folder_of_bundles_is_signed_and_verified_one_by_one() {
    let desk = Desk::new();
    desk.write("mods/broken/manifest.toml", "name = 3\n");
    desk.write("mods/.hidden/manifest.toml", "name = 3\n");
    let output = desk.command("sign mods --key studio.key").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("1 | name = 3\n"), "{}", err(&output));
    assert!(!err(&output).contains(".hidden"), "{}", err(&output));
    assert_eq!(out(&output).lines().count(), 2, "{}", out(&output));
    let output = desk.command("verify mods --key studio.pub").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).starts_with("error: mods/broken/manifest.toml:1:8: "), "{}", err(&output));
    assert_eq!(out(&output).lines().count(), 2, "{}", out(&output));
}

#[test]
fn what_changed_after_signing_is_named() {
    let desk = Desk::new();
    let sign = || desk.good("sign mods/greeter --key studio.key");
    let verify = || desk.bad("verify mods/greeter --key studio.pub");
    sign();
    desk.write("mods/greeter/lib/words.lua", "return { 'else' }\n");
    assert_eq!(
        verify(),
        "error: mods/greeter: files that were signed have another content: `lib/words.lua`; get the \
         bundle again from its author, or sign it again with `polyplug sign`\n"
    );
    sign();
    desk.write("mods/greeter/.more", "");
    assert!(verify().contains("files were added that were not signed: `.more`;"), "{}", verify());
    fs::remove_file(desk.path("mods/greeter/.more")).unwrap();
    fs::rename(desk.path("mods/greeter/main.lua"), desk.path("mods/greeter/moved.lua")).unwrap();
    assert!(verify().contains("`main.lua` (now `moved.lua`)"), "{}", verify());
    fs::remove_file(desk.path("mods/greeter/moved.lua")).unwrap();
    assert!(verify().contains("missing: `main.lua`;"), "{}", verify());
    fs::remove_file(desk.path("mods/greeter/bundle.sig")).unwrap();
    assert!(verify().contains("it is not signed: it has no bundle.sig"), "{}", verify());
    assert!(desk.bad("verify mods/score").contains("mods/score: it is not signed"));
}

#[test]
fn a_signature_that_was_changed_is_refused() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    let signed = desk.read("mods/greeter/bundle.sig");
    let verify = || desk.bad("verify mods/greeter --key studio.pub");
    let flipped = match signed.strip_suffix("0\n") {
        Some(rest) => format!("{rest}1\n"),
        None => format!("{}0\n", &signed[..signed.len() - 2]),
    };
    for (changed, said) in [
        (flipped, "was not made by the key"),
        (signed.replace("version 1.4.0", "version 1.5.0"), "was not made by the key"),
        (desk.read("mods/score/bundle.sig"), "is that of the bundle `score`"),
        (signed.replace("signature 1\n", "signature 2\n"), "made by a newer polyplug"),
        (signed.replace("key ", "key: "), "line 2: expected `key`"),
        (String::new(), "line 1: expected"),
    ] {
        desk.write("mods/greeter/bundle.sig", &changed);
        assert!(verify().contains(said), "{said}: {}", verify());
    }
}

#[test]
fn a_minimum_version_is_signed_and_not_forgotten_silently() {
    let desk = Desk::new();
    let said = desk.good("sign mods/greeter --key studio.key --minimum-version 1.2");
    assert!(said.contains("  nothing before 1.2.0  "), "{said}");
    assert!(desk.read("mods/greeter/bundle.sig").contains("\nminimum-version 1.2.0\n"));
    assert!(
        desk.good("verify mods --key studio.pub".replace("mods", "mods/greeter").as_str())
            .contains("nothing before 1.2.0")
    );
    let said = desk.bad("sign mods/greeter --key studio.key --minimum-version 1.5.0");
    assert!(said.contains("version 1.4.0 cannot demand at least 1.5.0"), "{said}");
    desk.good("sign mods/greeter --key studio.key --minimum-version 1.3");
    let output = desk.command("sign mods/greeter --key studio.key").output().unwrap();
    assert!(err(&output).starts_with("warning: "), "{}", err(&output));
    assert!(err(&output).contains("say --minimum-version 1.3.0 to keep that"), "{}", err(&output));
    for version in ["", "x", "1.2.3-rc.1", "99999999999"] {
        let mut command = desk.command("sign mods --key studio.key --minimum-version");
        assert_eq!(command.arg(version).output().unwrap().status.code(), Some(2), "{version}");
    }
}

#[test]
fn what_should_not_have_been_signed_is_told() {
    let desk = Desk::new();
    desk.write("mods/greeter/.git/HEAD", "");
    desk.write("mods/greeter/main.lua~", "");
    let output = desk.command("sign mods/greeter --key studio.key").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let warned = err(&output);
    assert!(warned.contains("warning: mods/greeter: `.git/HEAD` is hidden"), "{warned}");
    assert!(warned.contains("`main.lua~` looks like an editor's leftover"), "{warned}");
    fs::copy(desk.path("studio.key"), desk.path("mods/score/mine")).unwrap();
    let said = desk.bad("sign mods/score --key studio.key");
    assert!(said.contains("mods/score: `mine` is the secret key itself"), "{said}");
    assert!(!desk.path("mods/score/bundle.sig").exists());
}

#[test]
#[cfg(unix)]
fn what_is_no_plain_file_is_not_signed() {
    let desk = Desk::new();
    std::os::unix::fs::symlink("main.lua", desk.path("mods/greeter/link.lua")).unwrap();
    let said = desk.bad("sign mods/greeter --key studio.key");
    assert!(said.contains("mods/greeter: `link.lua` is a symbolic link"), "{said}");
    assert!(!desk.path("mods/greeter/bundle.sig").exists());
}

#[test]
fn a_key_comes_from_standard_input_too() {
    let desk = Desk::new();
    let sign = |text: &str| {
        let mut command = desk.command("sign mods --key -");
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    assert!(sign(&desk.read("studio.key")).status.success());
    desk.good("verify mods --key studio.pub");
    let said = err(&sign(&desk.read("studio.pub")));
    assert!(said.starts_with("error: standard input: this is a public key"), "{said}");
    assert_eq!(err(&sign("")), "error: standard input: it is empty, and no key\n");
}

#[test]
fn what_is_no_key_is_told_apart() {
    let desk = Desk::new();
    desk.write("empty", "");
    desk.write("huge", vec![b'x'; 1 << 20]);
    desk.write("rubbish", [0xff, 0, 0xc3]);
    let rsa = "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALx\n-----END PUBLIC KEY-----\n";
    desk.write("rsa", rsa);
    desk.write(
        "encrypted",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGb\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    for (key, as_secret, as_public) in [
        ("missing", "there is no such file", "there is no such file"),
        ("mods", "this is a folder", "this is a folder"),
        ("empty", "it is empty", "it is empty"),
        ("huge", "too large for a key", "too large for a key"),
        ("rubbish", "no Ed25519 secret key in PEM", "no Ed25519 public key in PEM"),
        ("rsa", "this is a public key", "no Ed25519 public key in PEM"),
        ("encrypted", "is encrypted", "this is a secret key"),
    ] {
        for (line, expected) in [
            (format!("sign mods --key {key}"), as_secret),
            (format!("verify mods --key {key}"), as_public),
            (format!("trust add {key}"), as_public),
        ] {
            let said = desk.bad(&line);
            assert!(said.starts_with(&format!("error: {key}: ")), "{line}: {said}");
            assert!(said.contains(expected), "{line}: {said}");
        }
    }
    assert!(desk.bad("sign mods --key studio.pub").contains("this is a public key"));
    assert!(desk.bad("trust add studio.key").contains("give it to nobody"));
    assert!(desk.bad("trust add ed25519:00").contains("64 lower hexadecimal digits"));
}

#[test]
fn what_is_no_bundle_is_told_apart() {
    let desk = Desk::new();
    fs::create_dir(desk.path("empty")).unwrap();
    for (path, said) in [
        ("missing", "there is no such folder"),
        ("empty", "there is no bundle here"),
        ("studio.pub", "this is a file; name the bundle's folder"),
    ] {
        for line in [format!("sign {path} --key studio.key"), format!("verify {path}")] {
            assert_eq!(desk.bad(&line).lines().next().map(|line| line.contains(said)), Some(true));
        }
    }
    desk.good("sign mods/score/manifest.toml --key studio.key");
}

#[test]
fn trusted_keys_are_kept_listed_removed_and_revoked() {
    let desk = Desk::new();
    desk.good("sign mods/greeter --key studio.key");
    let id = desk.id();
    let unknown = desk.bad("verify mods/greeter");
    assert!(
        unknown.contains(&format!("the key {id}, which this host does not trust")),
        "{unknown}"
    );
    let said = desk.good("trust add studio.pub");
    assert!(said.starts_with(&format!("trusted {id} (studio)  ")), "{said}");
    let said = desk.good("verify mods/greeter");
    assert!(said.contains(&format!("signed by {id} (studio)")), "{said}");
    assert!(
        desk.good("trust list").contains(&format!("1 trusted key, 0 revoked\n  {id}  studio\n"))
    );

    desk.good(&format!("trust remove {id}"));
    desk.bad("verify mods/greeter");
    assert!(desk.bad(&format!("trust remove {id}")).contains("is not trusted there"));
    desk.good("trust add studio.pub --name Ada");
    desk.good(&format!("trust revoke {} the laptop was stolen", id.to_ascii_uppercase()));
    for line in ["verify mods/greeter", "verify mods/greeter --key studio.pub"] {
        assert!(desk.bad(line).contains(&format!("the key {id}, which was revoked")), "{line}");
    }
    let said = desk.bad("trust add studio.pub");
    assert!(said.contains(&format!("delete the line `revoke {id}` from ")), "{said}");
    let listed = desk.json("trust list --json");
    assert_eq!(listed["revoked"], json!([{ "id": id, "reason": "the laptop was stolen" }]));
    assert_eq!(listed["trusted"][0]["name"], "Ada");
    assert_eq!(listed["trusted"][0]["revoked"], true);
    assert!(desk.bad("trust revoke me").contains("16 hexadecimal digits"));
}

#[test]
fn a_trust_store_can_be_another_file() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    desk.good("trust add studio.pub --trust-store team/trust");
    desk.good("verify mods --trust-store team/trust");
    desk.bad("verify mods");
    let verified = desk.command("verify mods").env("POLYPLUG_TRUST_STORE", "team/trust").output();
    assert!(verified.unwrap().status.success());
    let said = desk.bad("verify mods --trust-store team/trsut");
    assert_eq!(said, "error: team/trsut: there is no such trust store\n");
    desk.write("team/trust", "trust me\n");
    assert!(desk.bad("verify mods --trust-store team/trust").contains("line 1: "));
    assert!(desk.bad("trust list --trust-store team/trust").contains("line 1: "));
}

#[test]
fn a_verification_is_there_for_programs() {
    let desk = Desk::new();
    desk.good("sign mods/greeter --key studio.key --minimum-version 1.2.0");
    desk.good("trust add studio.pub");
    let verified = desk.json("verify mods --json");
    let (greeter, score) = (&verified["bundles"][0], &verified["bundles"][1]);
    assert_eq!((&greeter["name"], &greeter["version"]), (&json!("greeter"), &json!("1.4.0")));
    assert_eq!(greeter["digest"].as_str().unwrap().len(), 64);
    let signer = json!({ "id": desk.id(), "name": "studio" });
    let signature =
        json!({ "verdict": "good", "signer": signer, "minimum_version": "1.2.0", "reason": null });
    assert_eq!(greeter["signature"], signature);
    assert_eq!(score["signature"]["verdict"], "unsigned");
    assert_eq!(score["signature"]["signer"], Value::Null);
    desk.write("mods/greeter/main.lua", "");
    let verified = desk.json("verify mods --json");
    assert_eq!(verified["bundles"][0]["signature"]["verdict"], "refused");
    let reason = verified["bundles"][0]["signature"]["reason"].as_str().unwrap();
    assert!(reason.contains("`main.lua`"), "{reason}");
}

#[test]
#[cfg(feature = "lua")]
fn inspect_shows_who_signed_what() {
    let desk = Desk::new();
    desk.good("sign mods/greeter --key studio.key --minimum-version 1.2.0");
    let id = desk.id();
    let unknown = desk.good("inspect mods");
    assert!(unknown.contains(&format!("with the key {id}, which this host does not trust")));
    let said = desk.good("inspect mods --signatures off --trust-key studio.pub");
    assert!(said.contains(&format!("\n  signed by {id}, nothing before 1.2.0\n")), "{said}");
    desk.good("trust add studio.pub");
    let said = desk.good("inspect mods");
    assert!(
        said.contains(&format!("\n  signed by {id} (studio), nothing before 1.2.0\n")),
        "{said}"
    );
    assert_eq!(said.matches("\n  not signed\n").count(), 1, "{said}");
    let bundles = &desk.json("inspect mods --json")["bundles"];
    assert_eq!(bundles[0]["signature"]["signer"], json!({ "id": id, "name": "studio" }));
    assert_eq!(bundles[1]["signature"]["verdict"], "unsigned");
}

#[test]
#[cfg(feature = "lua")]
fn a_trust_store_that_does_not_read_stops_only_what_goes_by_it() {
    let desk = Desk::new();
    desk.write("trust", "rubbish\n");
    let with =
        |line: &str| desk.command(line).env("POLYPLUG_TRUST_STORE", "trust").output().unwrap();
    for line in ["run mods", "list mods", "check mods/score", "inspect mods"] {
        assert_eq!(with(line).status.code(), Some(0), "{line}");
        let output = with(&format!("{line} --signatures warn"));
        assert_eq!(output.status.code(), Some(1), "{line}");
        assert!(err(&output).starts_with("error: trust: line 1: "), "{line}: {}", err(&output));
    }
    assert!(err(&with("inspect mods")).starts_with("warning: trust: line 1: "));
}

#[test]
fn a_key_without_a_policy_is_not_passed_over() {
    let desk = Desk::new();
    for line in ["run mods --trust-key studio.pub", "check mods --trust-store trust"] {
        let output = desk.command(line).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert!(err(&output).contains("--signatures <POLICY>"), "{}", err(&output));
    }
}
