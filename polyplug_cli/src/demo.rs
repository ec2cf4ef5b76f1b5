//! stub
use crate::Verdict;
use crate::arguments::DemoOptions;
use std::io::{self, Write};
pub(crate) fn demo(_o: &DemoOptions, _out: &mut dyn Write) -> io::Result<Verdict> {
    Ok(Verdict::Bad)
}
