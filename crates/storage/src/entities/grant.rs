//! What an account or a group may do with a host, or with those in a folder.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub host_id: Option<String>,
    pub folder_id: Option<String>,
    pub account_id: Option<String>,
    pub group_id: Option<String>,
    pub may_connect: bool,
    pub may_files: bool,
    pub may_watch: bool,
    pub created_at: i64,
    pub may_credential: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
