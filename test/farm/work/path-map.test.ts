import assert from 'node:assert/strict';
import { mappedPath, parseMap } from '../../../src/farm/work/path-map.ts';

describe('paths of a job on a worker', () => {
  const folders = parseMap('/film=/mnt/film, /shots');
  it('are those of the mapped folders', () => {
    assert.equal(mappedPath('/film/reel 1/a.mkv', folders), '/mnt/film/reel 1/a.mkv');
    assert.equal(mappedPath('/shots', folders), '/shots');
  });
  it('and nothing outside of them', () => {
    for (const path of ['/etc/passwd', '/film/../etc/passwd', '/filmed/a.mkv', 'film/a.mkv/../../etc', '/shots/../film2'])
      assert.throws(() => mappedPath(path, folders), /lies in no folder of --map/, path);
  });
  it('a map that says nothing is refused', () => {
    for (const text of ['', 'film', '/a=', '/a=/b=/c', '/a,']) assert.throws(() => parseMap(text), /Expected --map/, text);
  });
});
