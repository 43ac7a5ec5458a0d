//! The recording of a session. It outlives the session, the host and the account.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "recordings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub account_id: String,
    pub account_name: String,
    pub host_id: Option<String>,
    pub host_name: String,
    pub username: String,
    pub state: String,
    pub message: Option<String>,
    pub started_at: i64,
    pub ended_at: Option<i64>,
    pub duration_ms: i64,
    pub cols: i64,
    pub rows: i64,
    pub commands: i64,
    pub file: String,
    pub sealed: bool,
    pub required: bool,
    pub indexed: bool,
    pub node: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
