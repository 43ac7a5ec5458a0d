//! A named group of hosts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "folders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub account_id: String,
    pub name: String,
    pub name_key: String,
    pub parent_id: Option<String>,
    pub recording: Option<String>,
    pub username: Option<String>,
    pub credential_id: Option<String>,
    pub jump_host_id: Option<String>,
    pub direct: bool,
    pub idle_timeout_seconds: Option<i64>,
    pub max_duration_seconds: Option<i64>,
    pub max_sessions: Option<i32>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
