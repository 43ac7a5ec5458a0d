//! A command typed at a shell prompt.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "typed_commands")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub account_id: String,
    pub host_id: Option<String>,
    pub host_name: String,
    pub username: String,
    pub session_id: String,
    pub command: String,
    pub command_key: String,
    pub at: i64,
    pub exit_code: Option<i32>,
    pub duration_ms: Option<i64>,
    pub directory: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
