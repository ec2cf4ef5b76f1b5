//! Whose bundles are run: the trust store, and the options of the other commands.

use crate::desk::{Desk, err};
use serde_json::json;

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
    desk.good("trust revoke 0123456789abcdef");
    let listed = desk.good("trust list");
    let both =
        format!("  {id}  Ada  revoked  the laptop was stolen\n  0123456789abcdef  revoked\n");
    assert!(listed.ends_with(&format!("0 trusted keys, 2 revoked\n{both}")), "{listed}");
    let listed = desk.json("trust list --json");
    let expected = json!([
        { "id": id, "key": listed["trusted"][0]["key"], "name": "Ada", "state": "revoked",
          "reason": "the laptop was stolen" },
        { "id": "0123456789abcdef", "key": null, "name": null, "state": "revoked", "reason": "" },
    ]);
    assert_eq!(listed["keys"], expected);
    assert!(desk.bad("trust revoke me").contains("16 hexadecimal digits"));
}

#[test]
fn what_is_done_twice_is_told() {
    let desk = Desk::new();
    let id = desk.key_id();
    let begins = |line: &str, expected: String| {
        let said = desk.good(line);
        assert!(said.starts_with(&expected), "{line}: {said}");
    };
    begins("trust add studio.pub --name Ada", format!("trusted {id} (Ada)  "));
    begins("trust add studio.pub", format!("trusted already {id} (Ada)  "));
    begins("trust add studio.pub --name Bea", format!("renamed {id} (Bea, before Ada)  "));
    begins("trust revoke Bea stolen", format!("revoked {id} (Bea)  "));
    begins("trust revoke Bea", format!("revoked already {id} (Bea): stolen  "));
    begins("trust revoke Bea and sold", format!("revoked already {id} (Bea): stolen; and sold  "));
    begins("trust remove Bea", format!("removed {id} (Bea); it stays revoked  "));
    assert!(desk.good("trust list").ends_with(&format!("\n  {id}  revoked  stolen; and sold\n")));
}

#[test]
fn who_names_no_key_that_is_there_is_told_which_are() {
    let desk = Desk::new();
    assert!(desk.bad("trust remove studio").ends_with("; no key is trusted there\n"));
    desk.good("trust add studio.pub");
    let studio = format!("{} (studio)", desk.key_id());
    assert!(desk.bad("trust remove stduio").ends_with(&format!("; there is {studio}\n")));
    for name in ["ada", "bea", "cleo"] {
        desk.good(&format!("keygen {name}"));
        desk.good(&format!("trust add {name}.pub"));
    }
    let said = desk.bad("trust revoke stduio");
    assert!(said.contains(&format!("; there are {studio}, ")), "the most alike first: {said}");
    assert_eq!(said.matches(" (").count(), 3, "{said}");
    desk.good("trust add ada.pub --name studio");
    assert!(desk.bad("trust remove studio").contains("several keys are called so"));
    assert!(desk.bad("trust remove 0123456789abcdef").contains("is not trusted there; there are "));
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
fn a_variable_with_a_fault_in_it_forgets_nothing() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    let with =
        |line: &str| desk.command(line).env("POLYPLUG_TRUST_STORE", "team/trust").output().unwrap();
    let looking = ["run mods", "list mods", "discover mods", "inspect mods", "check mods/score"];
    let looking =
        looking.map(|line| format!("{line} --signatures required --trust-key studio.pub"));
    for line in looking.iter().map(String::as_str).chain(["verify mods --key studio.pub"]) {
        let output = with(line);
        assert_eq!(output.status.code(), Some(1), "{line}: {}", err(&output));
        let told = "error: team/trust: there is no such trust store; the variable POLYPLUG_TRUST_STORE names it\n";
        assert!(err(&output).starts_with(told), "{line}: {}", err(&output));
    }
    for line in ["trust list", "trust revoke studio.pub"] {
        assert_eq!(with(line).status.code(), Some(0), "{line}");
    }
    assert!(desk.path("team/trust").exists());
    assert!(err(&with("verify mods --key studio.pub")).contains("which was revoked"));
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

#[test]
fn keys_that_are_named_count_in_the_place_of_the_stores() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    desk.good("keygen other");
    desk.good("trust add studio.pub");
    let said = desk.bad("verify mods/score --key other.pub");
    assert!(said.contains("which this host does not trust"), "{said}");
    desk.good("verify mods --key other.pub --key studio.pub");
}
