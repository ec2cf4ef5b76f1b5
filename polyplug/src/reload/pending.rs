//! Transactions that are staged and wait for the host's poll.

use super::transaction::Transaction;
use crate::bundle::Bundle;
use std::sync::Arc;

/// What the next poll commits.
#[derive(Default)]
pub(crate) struct Pending {
    transactions: Vec<Transaction>,
}

impl Pending {
    /// Adds a staged transaction.
    pub(crate) fn push(&mut self, transaction: Transaction) {
        self.transactions.push(transaction);
    }

    /// Takes everything.
    pub(crate) fn take(&mut self) -> Vec<Transaction> {
        std::mem::take(&mut self.transactions)
    }

    /// Takes the transactions that change one of `bundles`: a newer change supersedes them.
    pub(crate) fn take_touching(&mut self, bundles: &[&Arc<Bundle>]) -> Vec<Transaction> {
        let touches = |transaction: &mut Transaction| {
            transaction
                .members
                .iter()
                .any(|member| bundles.iter().any(|bundle| Arc::ptr_eq(bundle, &member.bundle)))
        };
        self.transactions.extract_if(.., touches).collect()
    }
}
