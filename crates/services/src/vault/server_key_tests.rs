use super::*;

fn account(text: &str) -> AccountId {
    text.parse().unwrap()
}

#[tokio::test]
async fn what_is_sealed_opens_for_its_purpose_alone() {
    let folder = tempfile::tempdir().unwrap();
    let key = ServerKey::new(folder.path().join("server.key"));
    let (anna, benny) = (account("anna"), account("benny"));
    let purpose = Purpose { account: &anna, work: "netbox sync", shown_to: "https://one.example" };
    let sealed = key.seal(purpose, &Secret::new("token")).await.unwrap();
    assert!(!sealed.windows(5).any(|bytes| bytes == b"token"));
    assert_eq!(key.open(purpose, &sealed).await.unwrap().expose(), "token");
    for other in [
        Purpose { account: &benny, ..purpose },
        Purpose { work: "another", ..purpose },
        Purpose { shown_to: "https://two.example", ..purpose },
    ] {
        assert!(key.open(other, &sealed).await.is_err(), "{other:?}");
    }
    let mut touched = sealed.clone();
    *touched.last_mut().unwrap() ^= 1;
    assert!(key.open(purpose, &touched).await.is_err());
    assert!(key.open(purpose, &[]).await.is_err());
}

#[tokio::test]
async fn the_key_is_made_once_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.key");
    let (one, other, anna) = (ServerKey::new(path.clone()), ServerKey::new(path.clone()), account("anna"));
    let purpose = Purpose { account: &anna, work: "netbox sync", shown_to: "" };
    assert!(one.open(purpose, b"\x01anything").await.is_err(), "reading makes none");
    assert!(!path.exists());
    let secret = Secret::new("token");
    let (first, second) = tokio::join!(one.seal(purpose, &secret), other.seal(purpose, &secret));
    for sealed in [first.unwrap(), second.unwrap()] {
        assert_eq!(other.open(purpose, &sealed).await.unwrap().expose(), "token");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    let sealed = one.seal(purpose, &secret).await.unwrap();
    fs::remove_file(&path).unwrap();
    one.seal(purpose, &secret).await.unwrap();
    let error = one.open(purpose, &sealed).await.unwrap_err().to_string();
    assert!(error.contains("another one") && error.contains("off and on again"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_key_that_others_may_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.key");
    let (key, anna) = (ServerKey::new(path.clone()), account("anna"));
    let purpose = Purpose { account: &anna, work: "netbox sync", shown_to: "" };
    let sealed = key.seal(purpose, &Secret::new("token")).await.unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    for mode in [0o640, 0o604, 0o660] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = key.open(purpose, &sealed).await.unwrap_err().to_string();
        assert!(error.contains(&format!("{mode:04o}")) && error.contains("chmod 600"), "{error}");
        assert!(key.seal(purpose, &Secret::new("token")).await.is_err());
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(key.open(purpose, &sealed).await.is_ok());
    fs::write(&path, b"short").unwrap();
    assert!(key.open(purpose, &sealed).await.unwrap_err().to_string().contains("32 bytes"));
}
