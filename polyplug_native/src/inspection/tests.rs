//! Libraries made by the real tools, and pieces of them.

use super::{Inspection, Unusable, inspect};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

fn build(folder: &TempDir, name: &str, source: &str, arguments: &[&str]) -> PathBuf {
    let extension = if arguments.contains(&"-xc++") { "cpp" } else { "c" };
    let (input, output) =
        (folder.path().join(format!("{name}.{extension}")), folder.path().join(name));
    std::fs::write(&input, source).unwrap();
    let compiler = if extension == "cpp" { "c++" } else { "cc" };
    let arguments = arguments.iter().filter(|argument| **argument != "-xc++");
    let built = Command::new(compiler)
        .args(["-o".as_ref(), output.as_os_str(), input.as_os_str()])
        .args(arguments)
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    output
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

const LIBRARY: &str = "int answer(void) { return 42; }";
const SHARED: [&str; 2] = ["-shared", "-fPIC"];

#[test]
fn a_plain_library_has_nothing_to_warn_about() {
    let folder = tempfile::tempdir().unwrap();
    let path = build(&folder, "a.so", LIBRARY, &["-shared", "-fPIC", "-Wl,-soname,liba.so.1"]);

    let inspection = inspect(&read(&path)).unwrap();

    assert_eq!(inspection.soname.as_deref(), Some("liba.so.1"));
    assert_eq!(inspection.warnings(), [""; 0]);
}

#[test]
fn a_file_that_ends_early_is_damaged_wherever_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = read(&build(&folder, "a.so", LIBRARY, &SHARED));

    for end in (5..bytes.len()).step_by(7) {
        let refused = inspect(&bytes[..end]);
        assert!(matches!(refused, Err(Unusable::Damaged { .. })), "{end}: {refused:?}");
    }
}

#[test]
fn spoilt_bytes_are_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = read(&build(&folder, "a.so", LIBRARY, &SHARED));

    for at in 0..bytes.len() {
        for value in [0, 0x7F, 0xFF] {
            let mut spoilt = bytes.clone();
            spoilt[at] = value;
            let _ = inspect(&spoilt);
            let _ = super::linked_names(&spoilt);
        }
    }
}

#[test]
fn other_files_are_called_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let object = build(&folder, "a.o", LIBRARY, &["-c"]);
    let program = build(&folder, "a.out", "int main(void) { return 0; }", &["-no-pie"]);
    let pie = build(&folder, "b.out", "int main(void) { return 0; }", &["-pie", "-fPIE"]);
    for (bytes, words) in [
        (read(&object), "an object file"),
        (read(&program), "a program"),
        (read(&pie), "a program"),
        (b"hello\n".to_vec(), "a text file"),
        (Vec::new(), "it is empty"),
        (b"!<arch>\nx".to_vec(), "a static library"),
        (b"MZ\x90\0".to_vec(), "a Windows file"),
        (vec![0xFF, 0xFE, 0, 1], "an unknown kind"),
    ] {
        let error = inspect(&bytes).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn another_machine_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = read(&build(&folder, "a.so", LIBRARY, &SHARED));
    let other = if cfg!(target_arch = "aarch64") { 62_u16 } else { 183 };
    bytes[18..20].copy_from_slice(&other.to_le_bytes());
    let error = inspect(&bytes).unwrap_err();
    assert!(matches!(&error, Unusable::WrongMachine { .. }), "{error:?}");
    assert!(error.to_string().contains(std::env::consts::ARCH), "{error}");

    bytes[4] = 1;
    let error = inspect(&bytes).unwrap_err().to_string();
    assert!(error.contains("32 bits"), "{error}");
}

#[test]
fn unique_symbols_are_named_as_they_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let source = "template <class T> struct Cache { static int entries; };\n\
                  template <class T> int Cache<T>::entries = 0;\n\
                  extern \"C\" int *get() { return &Cache<int>::entries; }";
    let unique = build(&folder, "u.so", source, &["-xc++", "-shared", "-fPIC", "-fgnu-unique"]);
    let plain = build(&folder, "p.so", source, &["-xc++", "-shared", "-fPIC", "-fno-gnu-unique"]);

    let inspection = inspect(&read(&unique)).unwrap();

    assert_eq!(inspection.unique_symbols, ["Cache<int>::entries"]);
    assert!(inspection.warnings()[0].contains("`Cache<int>::entries`"));
    assert!(inspection.warnings()[0].contains("-fno-gnu-unique"));
    assert!(inspect(&read(&plain)).unwrap().unique_symbols.is_empty());
}

#[test]
fn what_keeps_a_library_loaded_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let stays = build(&folder, "s.so", LIBRARY, &["-shared", "-fPIC", "-Wl,-z,nodelete"]);
    let source = "struct D { ~D() {} int n; }; thread_local D d;\n\
                  extern \"C\" int touch() { return ++d.n; }";
    let threads = build(&folder, "t.so", source, &["-xc++", "-shared", "-fPIC"]);

    let stays = inspect(&read(&stays)).unwrap();
    let threads = inspect(&read(&threads)).unwrap();

    assert!(stays.stays_loaded && stays.warnings()[0].contains("nodelete"));
    assert!(threads.has_thread_destructors);
    assert!(threads.probable_cause().contains("thread"));
}

#[test]
fn every_way_to_make_a_key_for_threads_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    for (name, call) in [
        (
            "p.so",
            "#include <pthread.h>\nint make(pthread_key_t *k) { return pthread_key_create(k, 0); }",
        ),
        ("t.so", "#include <threads.h>\nint make(tss_t *k) { return tss_create(k, 0); }"),
    ] {
        let bytes = read(&build(&folder, name, call, &SHARED));
        assert!(inspect(&bytes).unwrap().makes_thread_keys, "{call}");
    }
    let plain = read(&build(&folder, "a.so", LIBRARY, &SHARED));
    assert!(!inspect(&plain).unwrap().makes_thread_keys);
}

#[test]
fn many_symbols_are_counted() {
    let unique_symbols = ["a", "b", "c", "d", "e"].map(str::to_owned).into();
    let inspection = Inspection { unique_symbols, ..Inspection::default() };
    assert!(inspection.warnings()[0].contains("(`a`, `b`, `c` and 2 more)"));
}
