//! A host that watches and does not poll is told so.

use super::saves::{answer, versioned, watching};
use polyplug::runtime::ReloadMode;
use polyplug_abi::LogLevel;
use polyplug_tests::patience::wait_until;

#[test]
fn a_change_that_no_poll_takes_is_a_warning_once() {
    let host = watching(ReloadMode::OnPoll);
    let said = || host.log.count(LogLevel::Warn, "`one`: a new version waits for poll()");

    host.folder.rewrite("one", &versioned(2));
    wait_until("it is said", || said() == 1);

    wait_until("a poll takes it", || answer(&host) == 2);
    assert_eq!(said(), 1);
}
