drop table asset_decoded;
