// Calls the routes of the official SDK and checks that the answers have what its types promise.
// Environment: IMMICH_INSTANCE_URL (with /api) and IMMICH_API_KEY of an admin with at least one photo.
import assert from 'node:assert/strict';
import * as sdk from '@immich/sdk';

sdk.init({ baseUrl: process.env.IMMICH_INSTANCE_URL, apiKey: process.env.IMMICH_API_KEY });

assert.deepEqual(await sdk.pingServer(), { res: 'pong' });
assert.equal(typeof (await sdk.getServerVersion()).major, 'number');
assert.equal((await sdk.getServerConfig()).isInitialized, true);
assert.equal((await sdk.getServerFeatures()).smartSearch, false);
assert.ok((await sdk.getSupportedMediaTypes()).image.includes('.jpg'));

const me = await sdk.getMyUser();
assert.equal(me.isAdmin, true);
assert.equal((await sdk.getMyPreferences()).albums.defaultAssetOrder, 'desc');
assert.equal((await sdk.getApiKeys()).length, 1);

const statistics = await sdk.getAssetStatistics({});
assert.ok(statistics.images > 0);
const buckets = await sdk.getTimeBuckets({ visibility: sdk.AssetVisibility.Timeline, withPartners: true, withStacked: true });
assert.equal(buckets.reduce((sum, bucket) => sum + bucket.count, 0), statistics.total);
const month = await sdk.getTimeBucket({ timeBucket: buckets[0].timeBucket, visibility: sdk.AssetVisibility.Timeline });
assert.equal(month.id.length, buckets[0].count);

const asset = await sdk.getAssetInfo({ id: month.id[0] });
assert.equal(asset.ownerId, me.id);
assert.equal(asset.type, 'IMAGE');
const check = await sdk.checkBulkUpload({ assetBulkUploadCheckDto: { assets: [{ id: 'x', checksum: asset.checksum }] } });
assert.equal(check.results[0].assetId, asset.id);

const album = await sdk.createAlbum({ createAlbumDto: { albumName: 'By the SDK', assetIds: [asset.id] } });
assert.equal(album.assetCount, 1);
assert.ok((await sdk.getAllAlbums({})).some(({ id }) => id === album.id));
await sdk.updateAsset({ id: asset.id, updateAssetDto: { isFavorite: true } });
assert.equal((await sdk.getAssetInfo({ id: asset.id })).isFavorite, true);
await sdk.deleteAssets({ assetBulkDeleteDto: { ids: [asset.id] } });
assert.equal((await sdk.getAssetInfo({ id: asset.id })).isTrashed, true);
await sdk.restoreAssets({ bulkIdsDto: { ids: [asset.id] } });
assert.equal((await sdk.getAssetInfo({ id: asset.id })).isTrashed, false);

const config = await sdk.getConfig();
assert.equal(config.image.preview.size, 1440);
assert.deepEqual(Object.keys(await sdk.getConfigDefaults()), Object.keys(config));
assert.ok((await sdk.getQueues()).some(({ name }) => name === 'thumbnailGeneration'));

const ana = await sdk.createUserAdmin({
  userAdminCreateDto: { email: 'Ana@example.com', password: 'password1', name: 'Ana', quotaSizeInBytes: 1000, storageLabel: 'ana' },
});
assert.deepEqual([ana.email, ana.storageLabel, ana.shouldChangePassword], ['ana@example.com', 'ana', true]);
assert.ok((await sdk.searchUsersAdmin({ withDeleted: false })).some(({ id }) => id === ana.id));
const renamed = await sdk.updateUserAdmin({ id: ana.id, userAdminUpdateDto: { name: 'Ana B', quotaSizeInBytes: null } });
assert.deepEqual([renamed.name, renamed.quotaSizeInBytes], ['Ana B', null]);
assert.equal((await sdk.getUserAdmin({ id: ana.id })).name, 'Ana B');
const tagged = await sdk.updateUserPreferencesAdmin({ id: ana.id, userPreferencesUpdateDto: { tags: { enabled: true } } });
assert.equal(tagged.tags.enabled, true);
assert.deepEqual(await sdk.getUserPreferencesAdmin({ id: ana.id }), tagged);
assert.deepEqual(await sdk.getUserStatisticsAdmin({ id: ana.id }), { images: 0, videos: 0, total: 0 });
assert.deepEqual(await sdk.getUserSessionsAdmin({ id: ana.id }), []);
const days = await sdk.getUserCalendarHeatmapAdmin({ id: me.id, $from: '2024-03-01', to: '2024-03-02', $type: sdk.CalendarHeatmapType.Taken });
assert.equal(days.series.length, 2);
assert.equal(days.totalCount, statistics.total);
assert.equal((await sdk.getMyCalendarHeatmap({})).totalCount, statistics.total);
assert.equal((await sdk.deleteUserAdmin({ id: ana.id, userAdminDeleteDto: {} })).status, 'deleted');
assert.equal((await sdk.restoreUserAdmin({ id: ana.id })).status, 'active');
await sdk.unlinkAllOAuthAccountsAdmin();

const thumbnail = await sdk.viewAsset({ id: asset.id, size: sdk.AssetMediaSize.Preview });
const picture = await sdk.createProfileImage({ createProfileImageDto: { file: new File([thumbnail], 'me.jpeg') } });
assert.equal((await sdk.getMyUser()).profileImagePath, picture.profileImagePath);
assert.equal((await sdk.getProfileImage({ id: me.id })).type, 'image/webp');
await sdk.deleteProfileImage();
await sdk.deleteUserAdmin({ id: ana.id, userAdminDeleteDto: { force: true } });
console.log('the SDK is content');
