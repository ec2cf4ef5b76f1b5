//! Transactions that are staged and wait for the host's poll.

use super::transaction::Transaction;
use crate::bundle::Bundle;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a change waits before the host is told that nobody polls: no frame takes as long.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the next poll commits.
#[derive(Default)]
pub(crate) struct Pending {
    transactions: Vec<Transaction>,
    /// Since when something waits that no poll has looked at.
    waiting_since: Option<Instant>,
    is_told: bool,
}

impl Pending {
    /// Adds a staged transaction.
    pub(crate) fn push(&mut self, transaction: Transaction) {
        self.transactions.push(transaction);
        self.waiting_since.get_or_insert_with(Instant::now);
    }

    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.transactions.is_empty()
    }

    /// Takes everything.
    pub(crate) fn take(&mut self) -> Vec<Transaction> {
        self.waiting_since = None;
        std::mem::take(&mut self.transactions)
    }

    /// Takes the transactions whose bundles `claim` gives, each with its claims: one that is out of
    /// here is always claimed, so nobody can commit a newer one before it.
    pub(crate) fn take_with<C>(
        &mut self,
        mut claim: impl FnMut(&Transaction) -> Option<C>,
    ) -> Vec<(Transaction, C)> {
        let mut taken = Vec::new();
        for transaction in std::mem::take(&mut self.transactions) {
            match claim(&transaction) {
                Some(claims) => taken.push((transaction, claims)),
                None => self.transactions.push(transaction),
            }
        }
        self.waiting_since = (!self.is_empty()).then(Instant::now);
        taken
    }

    /// Whether a transaction changes `bundle`.
    pub(crate) fn touches(&self, bundle: &Arc<Bundle>) -> bool {
        let members = self.transactions.iter().flat_map(|transaction| &transaction.members);
        members.into_iter().any(|member| Arc::ptr_eq(&member.bundle, bundle))
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

    /// When the host is to be told that it does not poll; never twice.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        let since = self.waiting_since.filter(|_| !self.is_told && !self.is_empty());
        since.map(|since| since + PATIENCE)
    }

    /// The bundle that waits for a poll for too long, once.
    pub(crate) fn forgotten(&mut self, now: Instant) -> Option<String> {
        self.next_deadline().filter(|deadline| *deadline <= now)?;
        self.is_told = true;
        let members = self.transactions.iter().flat_map(|transaction| &transaction.members);
        members.map(|member| member.bundle.name.to_string()).next()
    }
}
