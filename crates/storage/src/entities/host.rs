//! An inventory entry.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "hosts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub account_id: String,
    pub name: String,
    pub name_key: String,
    pub address: String,
    pub port: i32,
    pub protocol: String,
    pub username: Option<String>,
    pub credential_id: Option<String>,
    pub folder_id: Option<String>,
    pub jump_host_id: Option<String>,
    pub tags: String,
    pub device: String,
    pub search_key: String,
    pub tags_key: String,
    pub status: String,
    pub probed_at: Option<i64>,
    pub bootstrap: String,
    pub bootstrap_message: Option<String>,
    pub bootstrap_at: Option<i64>,
    pub os: Option<String>,
    pub hostname: Option<String>,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
    pub idle_timeout_seconds: Option<i64>,
    pub max_duration_seconds: Option<i64>,
    pub max_sessions: Option<i32>,
    pub tmux: bool,
    pub agent_forwarding: bool,
    pub recording: Option<String>,
    pub direct: bool,
    pub found_key: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::folder::Entity", from = "Column::FolderId", to = "super::folder::Column::Id")]
    Folder,
}

impl Related<super::folder::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Folder.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
