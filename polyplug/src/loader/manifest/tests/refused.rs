//! What is refused, and that the message says where, what, and what would be right.

use super::*;
use proptest::prelude::*;

/// Lines 4 and on of a manifest, the line and column of the mistake, and the end of the message.
#[rustfmt::skip]
const REFUSED: &[(&str, (u32, u32), &str)] = &[
    ("version = 1.2", (4, 11), "`version` is the float 1.2; it must be a version such as \"1.2.0\""),
    ("version = \"v1\"", (4, 11), "`version` is the string \"v1\"; it must be a version such as \"1.2.0\""),
    ("id = -1", (4, 6), "`id` is the integer -1; it must be an integer up to 18446744073709551615 or a string such as \"0x0123456789ABCDEF\""),
    ("id = 18446744073709551616", (4, 6), "`id` is the integer 18446744073709551616; it must be an integer up to 18446744073709551615 or a string such as \"0x0123456789ABCDEF\""),
    ("id = \"0x\"", (4, 6), "`id` is the string \"0x\"; it must be an integer up to 18446744073709551615 or a string such as \"0x0123456789ABCDEF\""),
    ("id = true", (4, 6), "`id` is the boolean true; it must be an integer up to 18446744073709551615 or a string such as \"0x0123456789ABCDEF\""),
    ("provides = \"a@1\"", (4, 12), "`provides` is the string \"a@1\"; it must be an array of contracts, such as [\"image.decode@1\"]"),
    ("provides = [1]", (4, 13), "`provides[0]` is the integer 1; it must be a string"),
    ("provides = [\n  \"a@1\",\n  \"b\",\n]", (6, 3), "`provides[1]` is \"b\"; it must be a contract as `name@major`, such as \"image.decode@1\""),
    ("provides = [\"a@1\", \"a@1.2\"]", (4, 20), "`provides[1]` is \"a@1.2\"; it must be another contract: \"a@1\" is named before"),
    ("function_count = 3", (4, 18), "`function_count` is the integer 3; it must be a table of counts, such as { \"image.decode@1\" = 3 }"),
    ("[function_count]\ntest.add = 3", (5, 1), "`function_count.test` is \"test\"; it must be a contract as `name@major`, such as \"image.decode@1\" in quotes"),
    ("[function_count]\n\"a@1\" = -1", (5, 9), "`function_count.\"a@1\"` is the integer -1; it must be a number of functions, 0 or more"),
    ("[function_count]\n\"a@1\" = 4294967296", (5, 9), "`function_count.\"a@1\"` is the integer 4294967296; it must be a number of functions, 0 or more"),
    ("needs_reinit_on_dep_reload = 1", (4, 30), "`needs_reinit_on_dep_reload` is the integer 1; it must be true or false"),
    ("enabled = \"yes\"", (4, 11), "`enabled` is the string \"yes\"; it must be true or false"),
    ("priority = 9223372036854775808", (4, 12), "`priority` is the integer 9223372036854775808; it must be an integer of 64 bits, such as 10"),
    ("threads = \"Main\"", (4, 11), "`threads` is the string \"Main\"; it must be \"any\" or \"main\""),
    ("bundle_dependencies = [\"physics@new\"]", (4, 24), "`bundle_dependencies[0]` is \"physics@new\"; it must be a bundle as `name` or `name@version`, such as \"physics@1.2\""),
    ("reload = \"keep\"", (4, 10), "`reload` is the string \"keep\"; it must be a table `[reload]`"),
    ("[reload]\nstate = \"drop\"", (5, 9), "`reload.state` is the string \"drop\"; it must be \"keep\" or \"reset\""),
    ("[reload]\ndrain_timeout_ms = -1", (5, 20), "`reload.drain_timeout_ms` is the integer -1; it must be milliseconds from 0 to 86400000"),
    ("reload.drain_timeout_ms = 86400001", (4, 27), "`reload.drain_timeout_ms` is the integer 86400001; it must be milliseconds from 0 to 86400000"),
    ("[limits]\nmemory = \"64 M\"", (5, 10), "`limits.memory` is the string \"64 M\"; it must be a number of bytes above 0, such as 67108864 or \"64 MiB\""),
    ("[limits]\nmemory = 0", (5, 10), "`limits.memory` is the integer 0; it must be a number of bytes above 0, such as 67108864 or \"64 MiB\""),
    ("[limits]\ncall_ms = 0", (5, 11), "`limits.call_ms` is the integer 0; it must be milliseconds from 1 to 86400000"),
    ("[limits]\ncall_ms = 2.5", (5, 11), "`limits.call_ms` is the float 2.5; it must be milliseconds from 1 to 86400000"),
    ("[dependency]\ncontract = \"a@1\"", (4, 1), "`dependency` is a table; it must be an array of tables; write each as `[[dependency]]`"),
    ("[[dependency]]\nmin_version = \"1\"", (4, 1), "`dependency[0].contract` is missing; add `contract = \"image.decode@1\"`"),
    ("[[dependency]]\ncontrat = \"a@1\"", (5, 1), "`dependency[0].contract` is missing; is `contrat` a slip for it?"),
    ("[[dependency]]\nkind = \"bundle\"", (4, 1), "`dependency[0].bundle` is missing; add `bundle = \"physics\"`"),
    ("[[dependency]]\nkind = \"host\"", (5, 8), "`dependency[0].kind` is the string \"host\"; it must be \"contract\" or \"bundle\""),
    ("[[dependency]]\ncontract = \"a@1\"\nmin_version = \"2.1\"", (6, 15), "`dependency[0].min_version` is \"2.1\"; it must be 1.x, the major of `contract`"),
    ("[[dependency]]\ncontract = \"a@1\"\nmin_version = 1.2", (6, 15), "`dependency[0].min_version` is the float 1.2; it must be a string"),
    ("[[dependency]]\nbundle = \"b\"\nbundle_id = 1", (6, 13), "`dependency[0].bundle_id` is 0x0000000000000001; it must be 0xAF63DF4C8601F1A5, the id of \"b\"; correct or remove it"),
    ("lua = true", (4, 7), "`lua` is the boolean true; it must be a table"),
    ("[wasm]\nfuel = 9223372036854775808", (5, 8), "`wasm.fuel` is the integer 9223372036854775808; it must be an integer of 64 bits"),
];

#[test]
fn a_wrong_value_is_named_with_its_place_and_what_is_right() {
    for (rest, (line, column), message) in REFUSED {
        let error = manifest_error(parse_after_head(rest));
        assert_eq!(error.to_string(), format!("{PATH}:{line}:{column}: {message}"), "{rest}");
        let excerpt = error.excerpt().unwrap();
        assert_eq!((excerpt.file.as_str(), excerpt.line), ("manifest.toml", *line));
        assert_eq!(
            excerpt.text.as_deref(),
            format!("{HEAD}{rest}").lines().nth(*line as usize - 1)
        );
    }
}

#[test]
fn a_wrong_head_is_named_with_its_place_and_what_is_right() {
    let name = "it must be a bundle's name: not empty, without control characters";
    let file = "a file inside the bundle's folder, such as \"bundle.lua\", without parts that begin with a dot";
    for (text, message) in [
        ("x = 1", "1:1: `name` is missing; add `name = \"my-bundle\"`".to_owned()),
        ("\nnmae = 'x'", "2:1: `name` is missing; is `nmae` a slip for it?".to_owned()),
        ("name = ''", format!("1:8: `name` is the string \"\"; {name}")),
        ("name = ' '", format!("1:8: `name` is the string \" \"; {name}")),
        ("name = \"a\\u0000\"", format!("1:8: `name` is the string \"a\\0\"; {name}")),
        ("name = \"a\\n\"", format!("1:8: `name` is the string \"a\\n\"; {name}")),
        ("name = 7", "1:8: `name` is the integer 7; it must be a string".to_owned()),
        ("name = 'x'", "1:1: `loader` is missing; add `loader = \"lua\"`".to_owned()),
        ("name = 'x'\nloader = []", "2:10: `loader` is an array of 0; it must be the name of a loader, such as \"lua\"".to_owned()),
        ("name = 'x'\nloader = 'lua'", "1:1: `file` is missing; add `file = \"bundle.lua\"`".to_owned()),
        ("name = 'x'\nloader = 'lua'\nfile = ''", format!("3:8: `file` is empty; it must be {file}")),
        ("name = 'x'\nloader = 'lua'\nfile = 1979-05-27", "3:8: `file` is the date 1979-05-27; it must be a string, or a table of `os.arch = path`".to_owned()),
        ("name = 'x'\nloader = 'lua'\n[file]\nlinux = 'a.so'", "4:9: `file.linux` is the string \"a.so\"; it must be a table of `arch = path`, such as `x86_64 = \"a.so\"`".to_owned()),
    ] {
        let error = manifest_error(parse(text));
        assert_eq!(error.to_string(), format!("{PATH}:{message}"), "{text}");
    }
}

#[test]
fn a_table_without_this_machine_lists_the_others() {
    let text = "name = 'x'\nloader = 'native'\nfile.amiga.m68k = 'a.so'\nfile.beos.ppc = 'b.so'";
    let error = manifest_error(parse(text)).to_string();
    assert!(error.contains(":3:1: `file` is a table for amiga.m68k, beos.ppc; it must"), "{error}");
    assert!(
        error.ends_with(&format!("an entry for this machine: {OS}.{ARCH} = \"path\"")),
        "{error}"
    );
}

#[test]
fn a_file_that_leaves_the_folder_is_an_escape() {
    for file in ["../x.lua", "/etc/passwd", "a/../../x", "C:\\x.dll", "..\\x"] {
        let head = "name = 'x'\nloader = 'lua'\n";
        for line in [format!("file = '{file}'"), format!("file.{OS}.other = '{file}'")] {
            let result = parse(&format!("{head}{line}"));
            assert!(matches!(result, Err(RuntimeError::ArtifactPathEscape { .. })), "{result:?}");
        }
        let result = parse_after_head(&format!("wit = '{file}'"));
        assert!(matches!(result, Err(RuntimeError::ArtifactPathEscape { .. })), "{result:?}");
    }
}

#[test]
fn text_that_is_no_toml_is_named_with_its_line() {
    for (text, line) in
        [("name = ", 1), ("name = \"x\"\nloader \"lua\"", 2), ("a=1\na=2", 2), ("[", 1)]
    {
        let error = manifest_error(parse(text));
        assert!(matches!(error.problem, ManifestProblem::Syntax { .. }), "{error}");
        assert_eq!(error.line(), Some(line), "{error}");
        assert_eq!(error.excerpt().unwrap().text.as_deref(), text.lines().nth(line as usize - 1));
    }
}

#[test]
fn bytes_that_are_no_manifest_are_refused() {
    let parse = |bytes: &[u8]| manifest_error(Manifest::parse_bytes(bytes, Path::new(PATH)));

    assert_eq!(parse(b"").problem, ManifestProblem::Empty);
    assert_eq!(parse(b" \r\n\t\n").problem, ManifestProblem::Empty);
    assert_eq!(parse("\u{feff}".as_bytes()).problem, ManifestProblem::Empty);
    let error = parse(b"name = 'x'\nloader = '\xFF'");
    assert_eq!(error.problem, ManifestProblem::NotUtf8 { offset: 21 });
    assert_eq!(error.place.unwrap().line, 2);
    assert_eq!(parse(b"\xFF\xFEn\0").problem, ManifestProblem::NotUtf8 { offset: 0 });
    let large = vec![b'#'; MAX_MANIFEST_BYTES as usize + 1];
    assert_eq!(parse(&large).problem, ManifestProblem::TooLarge { limit: 65_536 });
    assert!(matches!(parse(&large[1..]).problem, ManifestProblem::MissingKey { .. }));
    let deep = ["[".repeat(60_000), format!("lua = {}", "[".repeat(60_000)), "a.".repeat(30_000)];
    for deep in deep.into_iter().chain([format!("lua{} = 1", ".a".repeat(30_000))]) {
        assert!(matches!(parse(deep.as_bytes()).problem, ManifestProblem::TooDeep { .. }));
    }
}

#[test]
fn the_byte_order_mark_is_no_column() {
    let parse = |bytes: &[u8]| manifest_error(Manifest::parse_bytes(bytes, Path::new(PATH)));

    let error = parse(b"\xEF\xBB\xBFname = '\xFF'");

    assert_eq!(error.problem, ManifestProblem::NotUtf8 { offset: 11 });
    let place = error.place.unwrap();
    assert_eq!((place.line, place.column), (1, 9));
    assert_eq!(place.text, "name = '\u{fffd}'");
}

const WORDS: &[&str] = &[
    "name",
    "loader",
    "file",
    "id",
    "provides",
    "reload",
    "[",
    "]",
    "[[",
    "dependency",
    "]]",
    "=",
    ".",
    "\"a@1\"",
    "'",
    "\"",
    "\"\"\"",
    "{",
    "}",
    ",",
    "\n",
    " ",
    "1",
    "0x",
    "-",
    "1e999",
    "nan",
    "lua",
    "limits",
    "memory",
    "\"64 MiB\"",
    "ä",
    "\u{0}",
    "1979-05-27",
    "true",
    "linux",
    "x86_64",
    "#",
    "function_count",
];

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Err(error) = Manifest::parse_bytes(&bytes, Path::new(PATH)) {
            prop_assert_eq!(error.to_string().lines().count(), 1);
        }
    }

    #[test]
    fn nothing_like_toml_panics(words in proptest::collection::vec(0..WORDS.len(), 0..60)) {
        let text: String = words.iter().map(|word| WORDS[*word]).collect();
        for text in [text.clone(), format!("{HEAD}{text}"), format!("{HEAD}lua = {text}")] {
            if let Err(error) = parse(&text) {
                prop_assert_eq!(error.to_string().lines().count(), 1);
            }
        }
    }
}
