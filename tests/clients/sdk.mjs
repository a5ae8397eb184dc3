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
console.log('the SDK is content');
