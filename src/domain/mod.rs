//! The domain: everything that is true, and who may change it.
//!
//! Nouns are grouped in folders; what they all stand on is in this folder's own files. Imports point downward only:
//! `ruling` and `summary` use `verdict`, `verdict` uses `claim`, `claim` uses `article`, and all use `text` and `people`.

pub mod article;
pub mod claim;
pub mod comment;
pub mod mail;
pub mod newsroom;
pub mod outside_review;
pub mod people;
pub mod ruling;
pub mod summary;
pub mod text;
pub mod verdict;
pub mod webhook;

pub mod activity;
pub mod actor;
pub mod archive;
pub mod audit;
pub mod counts;
pub mod error;
pub mod event;
pub mod extract;
pub mod idempotency;
pub mod ids;
pub mod index;
pub mod language;
pub mod lease;
pub mod link;
pub mod listing;
pub mod merkle;
pub mod network;
pub mod page;
pub mod permissions;
pub mod proof;
pub mod record;
pub mod rights;
pub mod search;
pub mod secret;
pub mod signed_note;
pub mod signing;
pub mod signing_keys;
pub mod storage_fault;
pub mod store;
pub mod subtrees;
pub mod text_input;
pub mod time;
pub mod upkeep;
pub mod work_queue;
pub mod world;
