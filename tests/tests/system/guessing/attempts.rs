//! Attempts are counted, and slowed down.

use anyhow::Result;
use futures_util::future::try_join_all;
use safelight_tests::client::account::{ADMIN_EMAIL, ADMIN_PASSWORD};
use safelight_tests::servers::{Redis, RedisProgram};
use safelight_tests::system::{Kind, TestSystem};
use safelight_tests::wait_until;
use serde_json::json;

use super::{assert_later, at, endless_pauses, join, login, named_proxy, try_login};

#[tokio::test]
async fn gateways_count_together_and_a_success_forgives_nothing_of_others() -> Result<()> {
    let builder = endless_pauses(named_proxy(TestSystem::builder().gateways(2)));
    let system = builder.env("SAFELIGHT_ATTEMPTS", "3").start().await?;
    let client = system.client();
    let admin = client.sign_up_admin().await?;
    join(&admin, &client, "bob").await?;
    let guesser = at(&client, "203.0.113.1");
    for _ in 0..2 {
        assert_eq!(try_login(&guesser, ADMIN_EMAIL, "guess").await?, 401);
        // The guesser has an account of their own.
        assert_eq!(try_login(&guesser, "bob@example.com", "password1").await?, 201);
    }
    assert_eq!(try_login(&guesser, ADMIN_EMAIL, "guess").await?, 401);
    for gateway in 0..2 {
        let guesser = at(&system.client_of(gateway)?, "203.0.113.1");
        let right = login(ADMIN_EMAIL, ADMIN_PASSWORD);
        assert_later(&guesser.post("/api/auth/login", &right).await?.expect(429)?);
    }
    assert_eq!(try_login(&guesser, "bob@example.com", "password1").await?, 201);
    assert_eq!(
        try_login(&at(&client, "203.0.113.2"), ADMIN_EMAIL, ADMIN_PASSWORD).await?,
        201
    );
    Ok(())
}

#[tokio::test]
async fn many_at_once_get_no_further_than_one_after_the_other() -> Result<()> {
    const FREE: usize = 4;
    let builder = endless_pauses(TestSystem::builder().gateways(2));
    let system = builder.env("SAFELIGHT_ATTEMPTS", &FREE.to_string()).start().await?;
    let client = system.client();
    client.sign_up_admin().await?;
    let guesses = (0..150).map(|_| try_login(&client, ADMIN_EMAIL, "guess"));
    let answers = try_join_all(guesses).await?;
    let looked_at = answers.iter().filter(|status| **status == 401).count();
    // Twice as many only where Redis was too slow to answer, on a machine that does much else.
    assert!((1..=2 * FREE).contains(&looked_at), "{looked_at}");
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 150 - looked_at);
    Ok(())
}

#[tokio::test]
async fn a_gateway_counts_on_where_redis_is_killed() -> Result<()> {
    let builder = endless_pauses(TestSystem::builder().own_redis());
    let system = builder.env("SAFELIGHT_ATTEMPTS", "3").start().await?;
    let client = system.client();
    client.sign_up_admin().await?;
    for _ in 0..2 {
        assert_eq!(try_login(&client, ADMIN_EMAIL, "guess").await?, 401);
    }
    system.redis().stop().await?;
    assert_eq!(try_login(&client, ADMIN_EMAIL, "guess").await?, 401);
    assert_eq!(try_login(&client, ADMIN_EMAIL, "guess").await?, 429);
    // Another's login works, and Redis costs it a moment at most.
    assert_eq!(try_login(&client, "nobody@example.com", "guess").await?, 401);
    let log = system.service(Kind::ApiGateway, 0)?.log();
    assert!(log.contains("Redis does not count attempts"), "{log}");

    system.redis().run().await?;
    wait_until("attempts are counted together again", || async {
        try_login(&client, &format!("{}@example.com", uuid::Uuid::new_v4()), "guess").await?;
        let log = system.service(Kind::ApiGateway, 0)?.log();
        Ok(log.contains("all gateways count attempts together again"))
    })
    .await?;
    assert_eq!(try_login(&client, ADMIN_EMAIL, "guess").await?, 429);
    Ok(())
}

#[tokio::test]
async fn a_user_of_redis_with_the_documented_rights_counts() -> Result<()> {
    let rights = "+@read +@write +@stream +@connection +unwatch +info +eval +time";
    let prefix = format!("{{{}}}:", uuid::Uuid::new_v4());
    let user = format!("user safelight on >secret ~{prefix}* {rights}");
    let lines = [user, "user default off".to_owned()];
    let redis = Redis::start_with(&RedisProgram::redis(), &lines).await?;
    let builder = endless_pauses(TestSystem::builder().gateways(2))
        .env(
            "REDIS_URL",
            &redis.url().replace("redis://", "redis://safelight:secret@"),
        )
        .env("SAFELIGHT_REDIS_PREFIX", &prefix);
    let system = builder.env("SAFELIGHT_ATTEMPTS", "1").start().await?;
    let one = system.client_of(0)?;
    assert_eq!(try_login(&one, "ana@example.com", "guess").await?, 401);
    assert_eq!(try_login(&system.client_of(1)?, "ana@example.com", "guess").await?, 429);
    Ok(())
}

#[tokio::test]
async fn others_do_not_lock_a_person_out() -> Result<()> {
    let builder = endless_pauses(named_proxy(TestSystem::builder()))
        .env("SAFELIGHT_ATTEMPTS_ACCOUNT", "4")
        .env("SAFELIGHT_ATTEMPTS_NETWORK", "6");
    let system = builder.start().await?;
    let home = at(&system.client(), "203.0.113.10");
    home.sign_up_admin().await?;
    let mut answers = Vec::new();
    for last in 20..26 {
        let elsewhere = at(&system.client(), &format!("203.0.113.{last}"));
        answers.push(try_login(&elsewhere, ADMIN_EMAIL, "guess").await?);
    }
    assert_eq!(answers, [401, 401, 401, 401, 429, 429]);
    // Somebody in the same house guesses at everybody.
    let mut answers = Vec::new();
    for number in 0..8 {
        answers.push(try_login(&home, &format!("{number}@example.com"), "guess").await?);
    }
    assert_eq!(answers, [401, 401, 401, 401, 401, 401, 429, 429]);
    // Neither keeps out who has a login from here.
    assert_eq!(try_login(&home, ADMIN_EMAIL, ADMIN_PASSWORD).await?, 201);
    assert_eq!(try_login(&home, ADMIN_EMAIL, "guess").await?, 401);
    Ok(())
}

#[tokio::test]
async fn a_household_of_ipv6_is_one() -> Result<()> {
    let builder = endless_pauses(named_proxy(TestSystem::builder()));
    let system = builder.env("SAFELIGHT_ATTEMPTS", "2").start().await?;
    let client = system.client();
    client.sign_up_admin().await?;
    let guess = async |address: &str| try_login(&at(&client, address), ADMIN_EMAIL, "guess").await;
    assert_eq!(guess("2001:db8:1:2::1").await?, 401);
    assert_eq!(guess("2001:db8:1:2:ffff::2").await?, 401);
    assert_eq!(guess("2001:db8:1:2:8::3").await?, 429);
    assert_eq!(guess("2001:db8:1:3::1").await?, 401);
    Ok(())
}

#[tokio::test]
async fn a_pause_ends_and_asking_in_vain_does_not_prolong_it() -> Result<()> {
    let builder = TestSystem::builder()
        .env("SAFELIGHT_ATTEMPTS", "1")
        .env("SAFELIGHT_ATTEMPT_PAUSE", "3s");
    let system = builder.start().await?;
    let client = system.client();
    client.sign_up_admin().await?;
    assert_eq!(try_login(&client, ADMIN_EMAIL, "guess").await?, 401);
    let paused = client
        .post("/api/auth/login", &login(ADMIN_EMAIL, ADMIN_PASSWORD))
        .await?;
    assert_later(&paused.expect(429)?);
    wait_until("the pause is over", || async {
        Ok(try_login(&client, ADMIN_EMAIL, ADMIN_PASSWORD).await? == 201)
    })
    .await?;
    // Once it is over, one that is right waits for nothing.
    assert_eq!(try_login(&client, ADMIN_EMAIL, ADMIN_PASSWORD).await?, 201);
    Ok(())
}

#[tokio::test]
async fn pins_and_current_passwords_are_no_easier_to_guess() -> Result<()> {
    let builder = endless_pauses(TestSystem::builder().gateways(2));
    let system = builder.env("SAFELIGHT_ATTEMPTS", "3").start().await?;
    let admin = system.client().sign_up_admin().await?;
    let key = system.client().with_api_key(&admin.create_api_key().await?)?;
    admin
        .post("/api/auth/pin-code", &json!({"pinCode": "123456"}))
        .await?
        .expect(204)?;
    // At every place that looks at a PIN, by whatever credentials: one count.
    let wrong = json!({"pinCode": "000000", "newPinCode": "111111"});
    admin.post("/api/auth/session/unlock", &wrong).await?.expect(400)?;
    admin.put("/api/auth/pin-code", &wrong).await?.expect(400)?;
    key.delete("/api/auth/pin-code", Some(&wrong)).await?.expect(400)?;
    let right = json!({"pinCode": "123456"});
    for gateway in 0..2 {
        let client = admin.at(vec![system.service(Kind::ApiGateway, gateway)?.url()]);
        assert_later(&client.post("/api/auth/session/unlock", &right).await?.expect(429)?);
    }
    // The password is another secret.
    let wrong = json!({"password": "guess", "newPassword": "password2", "newPinCode": "111111"});
    admin.post("/api/auth/change-password", &wrong).await?.expect(400)?;
    key.post("/api/auth/change-password", &wrong).await?.expect(400)?;
    admin.put("/api/auth/pin-code", &wrong).await?.expect(400)?;
    let right = json!({"password": ADMIN_PASSWORD, "newPassword": "password2"});
    assert_later(&admin.post("/api/auth/change-password", &right).await?.expect(429)?);
    // Who guesses with a session keeps nobody from logging in.
    assert_eq!(try_login(&system.client(), ADMIN_EMAIL, ADMIN_PASSWORD).await?, 201);
    Ok(())
}
