// A thread of the proof that renders nothing, for the time that all the rest of a check takes.
import { contextOf, parseArticle } from '../../src/publish/article.ts'
import { answerBatches } from '../../src/publish/check/proof-loop.ts'

answerBatches((source, surroundings) => {
  const { article, claims, problems } = parseArticle(source, contextOf(surroundings))
  return { article: article && { ...article, pictures: new Map() }, claims, problems }
})
