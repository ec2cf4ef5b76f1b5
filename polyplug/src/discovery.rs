//! Discovery: what lies in folders of bundles, and what would become of it, without running any of its
//! code; and bundles that are loaded by their names.
//!
//! | file | what |
//! |---|---|
//! | `offer` | what one bundle says of itself, and who signed it; what a host admits bundles by |
//! | `survey` | all bundles of some folders, and whether each would load |
//! | `by_name` | the bundle of a name, and what it needs, out of some folders |

mod by_name;
mod offer;
mod survey;

pub use offer::{Admission, AskedCapability, BundleOffer};
pub use survey::{Discovered, Prospect};

pub(crate) use by_name::{folders, load_by_name};
pub(crate) use offer::Admit;
pub(crate) use survey::survey;
