//! A terminal session, live or ended.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "terminal_sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub account_id: String,
    pub host_id: Option<String>,
    pub host_name: String,
    pub username: String,
    pub mode: String,
    pub status: String,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub last_seen_at: i64,
    pub ended_at: Option<i64>,
    pub end_reason: Option<String>,
    pub exit_code: Option<i64>,
    pub end_signal: Option<String>,
    pub end_message: Option<String>,
    pub node: String,
    pub tmux: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
