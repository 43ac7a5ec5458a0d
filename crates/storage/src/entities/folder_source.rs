//! Where a folder was read from, and how it stood there.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "folder_sources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub folder_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub form: String,
    pub position: i64,
    pub kept: String,
    pub external_key: Option<String>,
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
